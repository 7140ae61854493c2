package io.tokenledger.scenario.commitment;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Small random load curves, of few different numbers so that ties are frequent. */
final class Instances {
    static final int COUNT = 1_000;

    private Instances() {}

    static LoadCurve curve(Random random) {
        int span = random.nextInt(13);
        List<LoadCurve.Minute> minutes = new ArrayList<>();
        boolean equalLoads = random.nextInt(8) == 0;
        boolean free = random.nextInt(12) == 0;
        BigDecimal same = tenths(random, 1, 60);
        for (int minute = 0; minute < span; minute++) {
            if (random.nextInt(4) > 0) {
                BigDecimal load = equalLoads ? same : load(random);
                minutes.add(new LoadCurve.Minute(minute, load, free ? BigDecimal.ZERO : value(random, load)));
            }
        }
        return LoadCurve.of(span, minutes);
    }

    private static BigDecimal load(Random random) {
        return random.nextBoolean() ? BigDecimal.valueOf(1 + random.nextInt(6)) : tenths(random, 1, 60);
    }

    private static BigDecimal value(Random random, BigDecimal load) {
        return switch (random.nextInt(4)) {
            case 0 -> load;
            case 1 -> load.multiply(tenths(random, 0, 40));
            default -> BigDecimal.valueOf(random.nextInt(10));
        };
    }

    /** From {@code from} tenths, inclusive, to {@code to}, exclusive. */
    static BigDecimal tenths(Random random, int from, int to) {
        return BigDecimal.valueOf(from + random.nextInt(to - from), 1);
    }

    static BigDecimal whole(Random random, int from, int to) {
        return BigDecimal.valueOf(from + random.nextInt(to - from));
    }

    static LoadCurve curve(long span, String... loadsAndValues) {
        List<LoadCurve.Minute> minutes = new ArrayList<>();
        for (int i = 0; i < loadsAndValues.length; i++) {
            String[] parts = loadsAndValues[i].split(" ");
            minutes.add(new LoadCurve.Minute(i, new BigDecimal(parts[0]), new BigDecimal(parts[1])));
        }
        return LoadCurve.of(span, minutes);
    }

    /** Any part of a unit. */
    static Terms continuous(BigDecimal unitCost) {
        return new Terms(unitCost, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
    }

    static String describe(LoadCurve curve) {
        return curve.span() + " minutes: " + curve.minutes();
    }

    static List<BigDecimal> numbers(String... texts) {
        return Stream.of(texts).map(BigDecimal::new).toList();
    }
}
