package io.tokenledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** {@code promises.md} and the tags of the tests say the same. */
class PromisesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]\\d+) \\| (.+) \\| (.+) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+#\\w+)`");
    private static final Pattern ID = Pattern.compile("[A-Z]\\d+");

    @Test
    void everyPromiseNamesTheTestsThatCarryItsIdAndNoOthers() throws IOException, URISyntaxException {
        assertThat(promised()).isEqualTo(tagged());
    }

    @Test
    void everyIdOfEveryGroupHasARow() throws IOException {
        SortedSet<String> ids = new TreeSet<>();
        Map.of("A", 10, "B", 17, "D", 5, "E", 7)
                .forEach((group, size) -> IntStream.rangeClosed(1, size).forEach(number -> ids.add(group + number)));
        assertThat(promised().keySet()).isEqualTo(ids);
    }

    /** Id to the tests that the table names. */
    private static Map<String, SortedSet<String>> promised() throws IOException {
        Map<String, SortedSet<String>> promised = new TreeMap<>();
        try (InputStream stream = PromisesTest.class.getResourceAsStream("/promises.md")) {
            Matcher rows = ROW.matcher(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            while (rows.find()) {
                SortedSet<String> tests = new TreeSet<>();
                TEST.matcher(rows.group(3)).results().forEach(test -> tests.add(test.group(1)));
                assertThat(promised.put(rows.group(1), tests))
                        .as(rows.group(1) + " has one row")
                        .isNull();
            }
        }
        return promised;
    }

    /** Id to the tests that have it as a tag. */
    private static Map<String, SortedSet<String>> tagged() throws URISyntaxException {
        URL root = PromisesTest.class.getProtectionDomain().getCodeSource().getLocation();
        Map<String, SortedSet<String>> tagged = new TreeMap<>();
        List<Class<?>> classes =
                ReflectionSupport.findAllClassesInClasspathRoot(root.toURI(), c -> true, name -> name.endsWith("Test"));
        for (Class<?> testClass : classes) {
            for (Method method : ReflectionSupport.findMethods(
                    testClass, m -> m.getDeclaringClass() == testClass, HierarchyTraversalMode.TOP_DOWN)) {
                tags(method)
                        .filter(tag -> ID.matcher(tag).matches())
                        .forEach(id -> tagged.computeIfAbsent(id, i -> new TreeSet<>())
                                .add(testClass.getSimpleName() + "#" + method.getName()));
            }
        }
        return tagged;
    }

    /** jqwik leaves out a property that has a tag of JUnit, so properties have tags of jqwik. */
    private static Stream<String> tags(Method method) {
        return Stream.concat(
                AnnotationSupport.findRepeatableAnnotations(method, Tag.class).stream()
                        .map(Tag::value),
                AnnotationSupport.findRepeatableAnnotations(method, net.jqwik.api.Tag.class).stream()
                        .map(net.jqwik.api.Tag::value));
    }
}
