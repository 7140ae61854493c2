package io.tokenledger.ingest.dialect;

import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Counters above 0 that look like tokens and that no dialect knows: providers add them without notice, and what is not
 * noticed is not billed. They are named, not counted in any class.
 */
final class UnknownCounters {
    private static final int NAMES_MAX = 16;
    private static final int LENGTH_MAX = 128;
    private static final Pattern ELEMENT = Pattern.compile("/[0-9]+(?=/|$)");
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9_.:/*~-]");

    private UnknownCounters() {}

    /**
     * The places of such counters below a pointer that was asked for with {@code /**}. To be asked for when everything
     * else was read. A place has no index of an array, at most 128 characters, and no others than those of usual names,
     * for names are the record's own; at most 16 are told.
     *
     * @param known last names of counters that need not be read, because another one includes them
     */
    static SortedSet<String> below(CapturedRecord record, String pointer, Set<String> known) {
        SortedSet<String> places = new TreeSet<>();
        for (String place : record.unreadCounters(pointer)) {
            String inside = place.substring(pointer.length());
            if (looksLikeTokens(inside) && !known.contains(inside.substring(inside.lastIndexOf('/') + 1))) {
                places.add(safe(place));
            }
            if (places.size() == NAMES_MAX) {
                break;
            }
        }
        return places;
    }

    private static boolean looksLikeTokens(String place) {
        String name = place.toLowerCase(Locale.ROOT);
        return name.contains("token") || name.contains("cach") || name.endsWith("count");
    }

    private static String safe(String place) {
        String name = UNSAFE.matcher(ELEMENT.matcher(place).replaceAll("/*")).replaceAll("?");
        return name.length() <= LENGTH_MAX ? name : name.substring(0, LENGTH_MAX);
    }
}
