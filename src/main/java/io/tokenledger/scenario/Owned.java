package io.tokenledger.scenario;

import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The units of one kind that a pool owns, which can be more or fewer from one minute to the next.
 *
 * @param unit with the throughput of the pool's requests
 */
record Owned(CapacityUnit unit, List<Commitment> commitments) {

    /** A number of units that does not change for a stretch of time. */
    record Step(Span span, long units) {}

    static Owned none(CapacityUnit unit) {
        return new Owned(unit, List.of());
    }

    /** What the commitments to a unit come to; none where there are no such commitments. */
    static Owned of(CapacityUnit unit, Collection<Commitment> commitments) {
        return new Owned(
                unit,
                commitments.stream()
                        .filter(c -> c.unit().unit().equals(unit.unit()))
                        .sorted(Comparator.comparing(Commitment::name))
                        .toList());
    }

    boolean in(Month month, ZoneId zone) {
        return commitments.stream().anyMatch(c -> c.in(month, zone).minutes() > 0);
    }

    /** The steps of a month, in order, from its start to its end without a gap. */
    List<Step> steps(Month month, ZoneId zone) {
        Span whole = Span.of(month, zone);
        TreeSet<Instant> changes = new TreeSet<>(List.of(whole.from(), whole.to()));
        for (Commitment commitment : commitments) {
            Span span = commitment.in(month, zone);
            if (span.minutes() > 0) {
                changes.addAll(List.of(span.from(), span.to()));
            }
        }
        List<Step> steps = new ArrayList<>();
        for (Instant from : changes.headSet(whole.to())) {
            Span span = new Span(from, changes.higher(from));
            steps.add(new Step(
                    span,
                    commitments.stream()
                            .filter(c -> c.in(month, zone).within(span).minutes() > 0)
                            .mapToLong(Commitment::units)
                            .reduce(0, Math::addExact)));
        }
        return steps;
    }

    /** What the commitments cost in a month, before the monthly minimum, each of them a line of a bill. */
    BigDecimal costBeforeMinimum(Month month, ZoneId zone) {
        return commitments.stream()
                .map(c -> unit.price().cost(c.units(), c.in(month, zone), zone))
                .reduce(BigDecimal.ZERO.setScale(Money.REPORT_SCALE), BigDecimal::add);
    }

    /** What the commitments cost in a month; nothing where none runs. */
    BigDecimal cost(Month month, ZoneId zone) {
        BigDecimal cost = costBeforeMinimum(month, zone);
        return in(month, zone) ? unit.price().atLeastMinimum(cost) : cost;
    }

    /** Weighted tokens that all minutes of a month could serve, at the utilisation ceiling. */
    BigDecimal capacity(Month month, ZoneId zone) {
        return steps(month, zone).stream()
                .map(s -> unit.capacityPerMinute(s.units())
                        .multiply(BigDecimal.valueOf(s.span().minutes())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
