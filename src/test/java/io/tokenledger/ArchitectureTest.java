package io.tokenledger;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/** The house of the design: a package is a room, and imports run one way, down the list. */
@AnalyzeClasses(packages = "io.tokenledger", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tokenledger.";

    /** From the top down. */
    private static final List<String> ROOMS =
            List.of("cli", "job", "report", "scenario", "usage", "ledger", "ingest", "rates", "model");

    @ArchTest
    static final ArchRule importsRunOnlyDownwards = downwards();

    @ArchTest
    static final ArchRule everyClassIsInARoom = classes()
            .should()
            .resideInAnyPackage(ROOMS.stream().map(room -> ROOT + room + "..").toArray(String[]::new))
            .because("a package is a room that the design describes");

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching(ROOT + "(**)")
            .should()
            .beFreeOfCycles()
            .because("ingest and its dialects are two packages");

    @ArchTest
    static final ArchRule theWordsOfTheModelNeedNoFramework = noClasses()
            .that()
            .resideInAPackage(ROOT + "model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.spark..", "org.apache.hadoop..", "org.apache.iceberg..", "com.fasterxml..", "scala..");

    @ArchTest
    static final ArchRule ratesNeedNoSpark = noClasses()
            .that()
            .resideInAPackage(ROOT + "rates..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "org.apache.iceberg..", "scala..")
            .because("estimate answers without Spark, and pricing is plain Java");

    @ArchTest
    static final ArchRule onlyTheLedgerKnowsIceberg = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "ledger..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.iceberg..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule noBeansForSpark = noClasses()
            .should()
            .callMethodWhere(call(Set.of(Encoders.class.getName()), "bean"))
            .because("Spark finds no properties in a record, and writes rows without columns");

    @ArchTest
    static final ArchRule noFloatWhereMoneyIs = noFields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(ROOT + "model..", ROOT + "rates..", ROOT + "scenario..", ROOT + "usage..")
            .should()
            .haveRawType(describe(
                    "a float",
                    type -> type.isEquivalentTo(double.class)
                            || type.isEquivalentTo(float.class)
                            || type.isEquivalentTo(Double.class)
                            || type.isEquivalentTo(Float.class)));

    @ArchTest
    static final ArchRule moneyNeverComesFromAFloat = noClasses()
            .should()
            .callMethodWhere(call(Set.of("java.math.BigDecimal"), "doubleValue", "floatValue"))
            .orShould()
            .callConstructor(java.math.BigDecimal.class, double.class)
            .orShould()
            .callMethod(java.math.BigDecimal.class, "valueOf", double.class);

    @ArchTest
    static final ArchRule theClockIsGiven = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .callMethodWhere(call(
                            Set.of(
                                    Instant.class.getName(),
                                    LocalDate.class.getName(),
                                    LocalDateTime.class.getName(),
                                    OffsetDateTime.class.getName(),
                                    ZonedDateTime.class.getName()),
                            "now")
                    .or(call(Set.of(System.class.getName()), "currentTimeMillis"))
                    .or(call(Set.of(Clock.class.getName()), "systemUTC", "systemDefaultZone", "system")))
            .orShould()
            .callConstructor(Date.class)
            .because("the same inputs give the same reports on any day");

    @ArchTest
    static final ArchRule nothingDependsOnTheHostsZoneOrLocale = noClasses()
            .should()
            .callMethodWhere(call(Set.of(TimeZone.class.getName(), Locale.class.getName()), "getDefault")
                    .or(call(Set.of("java.time.ZoneId"), "systemDefault")))
            .orShould()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .because("a report is the same on any machine");

    @ArchTest
    static final ArchRule onlyTheCommandLineStartsSpark = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .callMethodWhere(call(Set.of(SparkSession.class.getName()), "builder"));

    @ArchTest
    static final ArchRule nobodyChoosesTheMaster = noClasses()
            .should()
            .callMethodWhere(describe(
                    "a call of master(...) or setMaster(...)",
                    (JavaAccess<?> access) -> (access.getName().equals("master")
                                    || access.getName().equals("setMaster"))
                            && access.getTargetOwner().getPackageName().startsWith("org.apache.spark")))
            .because("spark-submit decides where the job runs");

    private static LayeredArchitecture downwards() {
        LayeredArchitecture house = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String room : ROOMS) {
            house = house.layer(room).definedBy(ROOT + room + "..");
        }
        for (int i = 0; i < ROOMS.size(); i++) {
            house = i == 0
                    ? house.whereLayer(ROOMS.get(i)).mayNotBeAccessedByAnyLayer()
                    : house.whereLayer(ROOMS.get(i))
                            .mayOnlyBeAccessedByLayers(ROOMS.subList(0, i).toArray(String[]::new));
        }
        return house;
    }

    private static DescribedPredicate<JavaAccess<?>> call(Set<String> owners, String... methods) {
        Set<String> names = Set.of(methods);
        return describe(
                "a call of " + names + " of " + owners,
                access -> owners.contains(access.getTargetOwner().getName()) && names.contains(access.getName()));
    }
}
