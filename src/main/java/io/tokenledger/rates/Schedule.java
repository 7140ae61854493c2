package io.tokenledger.rates;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import io.tokenledger.model.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** All rates for the same thing, as one payer meets them: at each time, length and hour at most one of them holds. */
final class Schedule {
    private final List<Rate> rates;
    private final Map<Long, List<Rate>> byVolume;

    /** @throws Failure with exit code 2 when two rates would price the same token */
    Schedule(List<Rate> rates) {
        this.rates = rates.stream().sorted(comparing(Rate::validFrom)).toList();
        this.byVolume = this.rates.stream()
                .sorted(comparing(Rate::volumeAbove))
                .collect(groupingBy(Rate::volumeAbove, LinkedHashMap::new, Collectors.toList()));
        checkBands();
        checkVolumes();
        checkOverlaps();
    }

    List<Rate> rates() {
        return rates;
    }

    /** Bands that count different things would leave open which of them a request is in. */
    private void checkBands() {
        List<Rate> banded = rates.stream().filter(r -> r.band().above() > 0).toList();
        for (Rate rate : banded) {
            Rate first = banded.get(0);
            if (rate.band().counts() != first.band().counts()) {
                throw Failure.configuration(
                        "%s and %s: bands of %s count different tokens; band_counts and band_charges must be the same",
                        first.place(), rate.place(), rate.subject());
            }
        }
    }

    private void checkVolumes() {
        if (!byVolume.containsKey(0L)) {
            Rate first = rates.get(0);
            throw Failure.configuration(
                    "%s: the volume tiers of %s begin at %d tokens; add a row for the tokens before them, with"
                            + " volume_tokens_above 0",
                    first.place(), first.subject(), byVolume.keySet().iterator().next());
        }
    }

    private void checkOverlaps() {
        for (int i = 0; i < rates.size(); i++) {
            for (int j = i + 1; j < rates.size(); j++) {
                Rate earlier = rates.get(i);
                Rate later = rates.get(j);
                if (earlier.overlaps(later)) {
                    throw Failure.configuration(
                            "%s and %s overlap: two prices for %s from %s; set valid_to of the earlier one to %s",
                            earlier.place(), later.place(), later.subject(), later.validFrom(), later.validFrom());
                }
            }
        }
    }

    /** Messages for the gaps between the dates of neighbouring prices. */
    List<String> gaps() {
        record Place(Band band, TimeWindow window, long volumeAbove) {}
        List<String> gaps = new ArrayList<>();
        rates.stream()
                .collect(groupingBy(
                        rate -> new Place(rate.band(), rate.window(), rate.volumeAbove()),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values()
                .forEach(dated -> {
                    for (int i = 1; i < dated.size(); i++) {
                        Rate earlier = dated.get(i - 1);
                        Rate later = dated.get(i);
                        if (earlier.validTo().isBefore(later.validFrom())) {
                            gaps.add("%s and %s leave a gap: no price for %s from %s to %s"
                                    .formatted(
                                            earlier.place(),
                                            later.place(),
                                            later.subject(),
                                            earlier.validTo(),
                                            later.validFrom()));
                        }
                    }
                });
        return gaps;
    }

    /**
     * The rates that hold, one per volume tier: of the highest band that the situation reaches, the one whose window is
     * open, else the one without a window.
     *
     * @return empty where there is no schedule at the time; an empty list in a gap of one
     */
    Optional<List<Rate>> at(Situation situation) {
        List<Rate> holding = new ArrayList<>();
        boolean inUse = false;
        for (List<Rate> tier : byVolume.values()) {
            List<Rate> inBands =
                    tier.stream().filter(rate -> rate.band().holds(situation)).toList();
            OptionalLong highest = inBands.stream()
                    .mapToLong(rate -> rate.band().above())
                    .filter(above -> isInUse(above, inBands, situation.time()))
                    .max();
            if (highest.isPresent()) {
                inUse = true;
                inBands.stream()
                        .filter(rate -> rate.band().above() == highest.getAsLong() && rate.validAt(situation.time()))
                        .filter(rate ->
                                rate.window() == null || situation.open().contains(rate.window()))
                        .min(comparing(rate -> rate.window() == null))
                        .ifPresent(holding::add);
            }
        }
        return inUse ? Optional.of(List.copyOf(holding)) : Optional.empty();
    }

    /** From the first price of a band to the end of its last: in a gap between them its tokens have no price. */
    private static boolean isInUse(long band, List<Rate> rates, Instant time) {
        List<Rate> ofBand = rates.stream().filter(r -> r.band().above() == band).toList();
        return ofBand.stream().anyMatch(r -> !time.isBefore(r.validFrom()))
                && ofBand.stream().anyMatch(r -> r.validTo() == null || time.isBefore(r.validTo()));
    }
}
