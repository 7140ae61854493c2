package io.tokenledger.rates.imports;

import java.util.Comparator;

/**
 * The hours of every day, in UTC, in which a price holds.
 *
 * @param from {@code HH:MM}, inclusive; empty for all day
 * @param to {@code HH:MM}, exclusive; not after {@code from} means on the next day
 */
record Window(String from, String to) implements Comparable<Window> {
    static final Window ALL_DAY = new Window("", "");

    boolean isAllDay() {
        return from.isEmpty();
    }

    @Override
    public int compareTo(Window other) {
        return Comparator.comparing(Window::from).thenComparing(Window::to).compare(this, other);
    }
}
