package io.tokenledger.rates.imports;

import static java.util.stream.Collectors.groupingBy;

import io.tokenledger.model.BilledUnit;
import io.tokenledger.model.ServiceTier;
import io.tokenledger.rates.Band;
import io.tokenledger.rates.ModelKey;
import io.tokenledger.rates.TimeWindow;
import io.tokenledger.rates.imports.NotCarriedOver.Reason;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The prices that one version of a file states, each once.
 *
 * @param retrieved the day on which the file was retrieved
 * @param source where the prices come from, as the table names it
 * @param prices by key, in the order of their periods, which do not overlap
 */
record PriceVersion(
        LocalDate retrieved, String source, Map<RateKey, List<FoundPrice>> prices, List<NotCarriedOver> left) {

    static PriceVersion of(LocalDate retrieved, String source, Collection<Entry> entries) {
        List<NotCarriedOver> left = new ArrayList<>();
        entries.forEach(entry -> left.addAll(entry.left()));
        Map<RateKey, List<FoundPrice>> byKey = byKey(entries.stream().map(Entry::prices));
        Map<RateKey, List<FoundPrice>> unwritable = byKey(entries.stream().map(Entry::unwritable));
        Map<RateKey, List<FoundPrice>> prices = new TreeMap<>();
        byKey.forEach((key, found) -> {
            List<FoundPrice> distinct = distinct(found);
            List<FoundPrice> denials = unwritable.getOrDefault(key, List.of()).stream()
                    .filter(other -> distinct.stream().anyMatch(price -> denies(other, price)))
                    .toList();
            if (contradicts(distinct) || !denials.isEmpty()) {
                left.add(contradiction(key, Stream.concat(distinct.stream(), denials.stream())));
            } else {
                prices.put(key, distinct);
            }
        });
        dropReasoningAtThePriceOfOutput(prices);
        dropBandsAtThePriceOfTheBandBelow(prices);
        return new PriceVersion(retrieved, source, prices, left);
    }

    private static SortedMap<RateKey, List<FoundPrice>> byKey(Stream<List<FoundPrice>> prices) {
        return prices.flatMap(List::stream).collect(groupingBy(FoundPrice::key, TreeMap::new, Collectors.toList()));
    }

    /** In the order of their periods, the same price for the same period once. */
    private static List<FoundPrice> distinct(List<FoundPrice> found) {
        List<FoundPrice> distinct = new ArrayList<>();
        found.stream()
                .sorted((a, b) -> Period.ORDER.compare(a.period(), b.period()))
                .filter(price -> distinct.stream().noneMatch(taken -> statesTheSame(taken, price)))
                .forEach(distinct::add);
        return distinct;
    }

    private static boolean statesTheSame(FoundPrice one, FoundPrice other) {
        return one.period().equals(other.period()) && one.amount().equals(other.amount());
    }

    private static boolean contradicts(List<FoundPrice> prices) {
        return prices.stream()
                .anyMatch(one -> prices.stream()
                        .anyMatch(other -> one != other && one.period().overlaps(other.period())));
    }

    private static boolean denies(FoundPrice unwritable, FoundPrice price) {
        return unwritable.period().overlaps(price.period()) && !unwritable.agreesWith(price);
    }

    private static NotCarriedOver contradiction(RateKey key, Stream<FoundPrice> prices) {
        String values = prices.map(
                        price -> "%s (%s %s)".formatted(price.amount().toPlainString(), price.entry(), price.field()))
                .sorted()
                .collect(Collectors.joining(", "));
        String what = key.terms().tier().label() + " " + key.unit().label();
        return new NotCarriedOver(key.model().toString(), what, values, Reason.CONTRADICTION);
    }

    private record PriceList(ModelKey model, BilledUnit unit, ServiceTier tier, TimeWindow window) {
        static PriceList of(RateKey key) {
            return new PriceList(
                    key.model(), key.unit(), key.terms().tier(), key.terms().window());
        }

        PriceList of(BilledUnit other) {
            return new PriceList(model, other, tier, window);
        }
    }

    private static Map<PriceList, Map<RateKey, List<FoundPrice>>> lists(Map<RateKey, List<FoundPrice>> prices) {
        Map<PriceList, Map<RateKey, List<FoundPrice>>> lists = new HashMap<>();
        prices.forEach((key, found) -> lists.computeIfAbsent(PriceList.of(key), list -> new TreeMap<>())
                .put(key, found));
        return lists;
    }

    /** Reasoning tokens are counted in output, so a price of their own that is no other says nothing. */
    private static void dropReasoningAtThePriceOfOutput(Map<RateKey, List<FoundPrice>> prices) {
        Map<PriceList, Map<RateKey, List<FoundPrice>>> lists = lists(prices);
        lists.forEach((list, bands) -> {
            if (list.unit() == BilledUnit.REASONING
                    && amounts(bands).equals(amounts(lists.getOrDefault(list.of(BilledUnit.OUTPUT), Map.of())))) {
                prices.keySet().removeAll(bands.keySet());
            }
        });
    }

    /** A bound at which no price changes would only cut the rate cells. */
    private static void dropBandsAtThePriceOfTheBandBelow(Map<RateKey, List<FoundPrice>> prices) {
        lists(prices).values().forEach(bands -> {
            List<String> below = null;
            for (Map.Entry<RateKey, List<FoundPrice>> band : bands.entrySet()) {
                List<String> here = amounts(band.getValue()).toList();
                if (here.equals(below)) {
                    prices.remove(band.getKey());
                }
                below = here;
            }
        });
    }

    private static Map<Band, List<String>> amounts(Map<RateKey, List<FoundPrice>> bands) {
        return bands.entrySet().stream()
                .collect(Collectors.toMap(
                        band -> band.getKey().terms().band(),
                        band -> amounts(band.getValue()).toList()));
    }

    private static Stream<String> amounts(List<FoundPrice> prices) {
        return prices.stream().map(price -> price.period() + " " + price.amount());
    }

    /** What the version states of a key; empty when it states nothing. */
    List<FoundPrice> of(RateKey key) {
        return prices.getOrDefault(key, List.of());
    }
}
