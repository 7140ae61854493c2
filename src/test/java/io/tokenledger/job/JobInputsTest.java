package io.tokenledger.job;

import static io.tokenledger.job.TestJob.RATES_HEADER;
import static io.tokenledger.job.TestJob.rate;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.Month;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What touches a month that is published: its fingerprints change with whatever decides its figures. */
class JobInputsTest {
    private static final Month AUGUST = Month.parse("2026-08");

    @TempDir
    private Path dir;

    @BeforeEach
    void tables() throws IOException {
        Files.write(dir.resolve("rates.csv"), List.of(RATES_HEADER, rate("m", "output", "2026-01-01", "", "2")));
        Files.write(
                dir.resolve("exchange.csv"),
                List.of(
                        "currency,report_currency,rate,valid_from",
                        "USD,EUR,0.9,2026-01-01",
                        "USD,GBP,0.8,2026-01-01"));
    }

    @Test
    void anotherCurrencyOfTheReportsTouchesAMonthThoughNoTableChanged() {
        assertThat(inputs("currency: EUR").ratesFingerprint(AUGUST))
                .isNotEqualTo(inputs("currency: GBP").ratesFingerprint(AUGUST));
    }

    @Test
    void toNameTheCurrencyThatTheRatesHaveAnywayTouchesNone() {
        JobInputs unnamed = inputs("");
        JobInputs named = inputs("currency: USD");
        assertThat(named.ratesFingerprint(AUGUST)).isEqualTo(unnamed.ratesFingerprint(AUGUST));
        assertThat(named.policiesFingerprint()).isEqualTo(unnamed.policiesFingerprint());
    }

    private JobInputs inputs(String more) {
        String job = """
                feeds:
                  - {name: app, paths: [logs/*], dialect: openai-chat, provider: p}
                tables: {rates: rates.csv, exchange_rates: exchange.csv}
                scenarios: {serverless: {}}
                """ + more + "\n";
        return JobInputs.read(
                dir.resolve("job.yaml").toString(), job.getBytes(StandardCharsets.UTF_8), new Configuration());
    }
}
