package io.tokenledger.report;

import static io.tokenledger.report.TableColumn.count;
import static io.tokenledger.report.TableColumn.day;
import static io.tokenledger.report.TableColumn.money;
import static io.tokenledger.report.TableColumn.percent;
import static io.tokenledger.report.TableColumn.text;
import static io.tokenledger.report.TableColumn.time;

import io.tokenledger.model.Money;
import io.tokenledger.model.Month;
import io.tokenledger.scenario.RateUse;
import io.tokenledger.scenario.Unpriced;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the figures rest on, and what is missing from them. */
public final class QualityTables {

    private QualityTables() {}

    /** Every rate that made money. */
    public static TableContent ratesApplied(List<RateUse> rates) {
        return TableContent.of(
                "rates_applied",
                rates,
                List.of(
                        text("month", u -> u.month().toString()),
                        text("scenario", u -> u.scenario().scenario().label()),
                        text("variant", u -> u.scenario().variant()),
                        text("provider", u -> u.rate().provider()),
                        text("model", u -> u.rate().model()),
                        text("price_tier", u -> u.rate().priceTier()),
                        text("token_class", u -> u.billedAs()),
                        text("rate_token_class", u -> u.rate().billedUnit()),
                        text("rate_tier", u -> u.rate().rateTier()),
                        count(
                                "band_above",
                                u -> u.rate().band() == null
                                        ? null
                                        : u.rate().band().above()),
                        text(
                                "band_counts",
                                u -> u.rate().band() == null
                                        ? null
                                        : label(u.rate().band().counts())),
                        text(
                                "hours_of_week",
                                u -> u.rate().window() == null
                                        ? null
                                        : u.rate().window().toString()),
                        count("volume_tokens_above", u -> u.rate().volumeAbove()),
                        text("contract", u -> u.rate().contract()),
                        percent("percent_of_list", u -> u.rate().percentOfList()),
                        money("exchange_rate", u -> u.rate().exchangeRate()),
                        time("valid_from", u -> u.rate().validFrom()),
                        time("valid_to", u -> u.rate().validTo()),
                        money("price_per_million", u -> u.rate().pricePerMillion()),
                        text("currency", u -> u.rate().currency()),
                        count("quantity", u -> u.quantity()),
                        money("cost", u -> u.cost().setScale(Money.REPORT_SCALE, RoundingMode.HALF_EVEN)),
                        text("source", u -> u.rate().source()),
                        day("retrieved_at", u -> u.rate().retrievedAt()),
                        count("age_days", u -> ageAtEndOf(u.month(), u.rate().retrievedAt())),
                        text("rate_table_line", u -> u.rate().place()),
                        text("assumption", u -> u.rate().assumption())));
    }

    /** Counted to the end of the month, not to the day of the run. */
    private static Long ageAtEndOf(Month month, LocalDate retrievedAt) {
        return retrievedAt == null
                ? null
                : ChronoUnit.DAYS.between(retrievedAt, LocalDate.ofInstant(month.end(ZoneOffset.UTC), ZoneOffset.UTC));
    }

    /** What has no rate. */
    public static TableContent unpricedUsage(List<Unpriced> unpriced) {
        return TableContent.of(
                "unpriced_usage",
                unpriced,
                List.of(
                        text("month", u -> u.month().toString()),
                        text("scenario", u -> u.scenario().scenario().label()),
                        text("variant", u -> u.scenario().variant()),
                        text("provider", u -> u.provider()),
                        text("model", u -> u.model()),
                        text("price_tier", u -> u.priceTier()),
                        text("token_class", u -> u.billedUnit()),
                        count("quantity", u -> u.quantity()),
                        time("first_seen", u -> u.firstSeen()),
                        time("last_seen", u -> u.lastSeen())));
    }

    /** @param rejects month, feed, file, byte_offset, reason, line_sha256 */
    public static TableContent rejectedRecords(Dataset<Row> rejects) {
        return TableContent.of(
                "rejected_records",
                rejects.select("month", "feed", "file", "byte_offset", "reason", "line_sha256"),
                List.of("month", "file", "byte_offset"));
    }

    /** @param checks sorted by month */
    public static TableContent dataQuality(List<Check> checks) {
        return TableContent.of(
                "data_quality",
                checks,
                List.of(
                        text("month", c -> c.month().toString()),
                        text("check", c -> c.name()),
                        text("severity", c -> label(c.severity())),
                        count("count", c -> c.count()),
                        text("money_at_risk", c -> c.moneyAtRisk()),
                        text("note", c -> c.note())));
    }

    private static String label(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
