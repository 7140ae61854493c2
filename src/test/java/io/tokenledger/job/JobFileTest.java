package io.tokenledger.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.ingest.Feed;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.ServingMode;
import io.tokenledger.scenario.AllocationMethod;
import io.tokenledger.scenario.ScenarioName;
import io.tokenledger.scenario.ScenarioSettings.Batches;
import io.tokenledger.scenario.ScenarioSettings.Bought;
import io.tokenledger.scenario.ScenarioSettings.Number;
import io.tokenledger.scenario.ScenarioSettings.Scaling;
import io.tokenledger.usage.FailedCalls;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobFileTest {
    /** Five lines; what a test adds begins on line 6. */
    private static final String SMALLEST = """
            feeds:
              - {name: app, paths: [logs/*], dialect: openai-chat, provider: p}
            tables:
              rates: rates.csv
            scenarios: {serverless: {}}
            """;

    @Test
    void whatIsNotSaidHasItsDefault() {
        JobFile job = read(SMALLEST);
        assertThat(job.feeds())
                .containsExactly(new Feed(
                        "app",
                        List.of("logs/*"),
                        "openai-chat",
                        "p",
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        false,
                        null,
                        null));
        assertThat(job.tables())
                .isEqualTo(new JobFile.Tables(List.of("rates.csv"), null, null, null, null, null, null, null, null));
        assertThat(job.billingZone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(job.failedCalls()).isEqualTo(FailedCalls.BILLABLE);
        assertThat(job.scenarios().names()).containsExactly(ScenarioName.SERVERLESS);
        assertThat(job.thresholds()).isEqualTo(new JobFile.Thresholds(BigDecimal.ONE, BigDecimal.ONE));
        assertThat(job.warehouse()).isEqualTo("warehouse");
        assertThat(job.out()).isEqualTo("out");
    }

    @Test
    void everyKeyIsRead() {
        JobFile job = read("""
                feeds:
                  - name: app
                    paths: [a/*.jsonl, b/]
                    dialect: openai-chat
                    provider: p
                    fields: {tenant: /metadata/tenant, operation_id: /metadata/op}
                    identity_namespace: shared
                    serving_mode: batch
                    serving_mode_by_deployment: {endpoint: dedicated, edge: gateway-cache, ptu: provisioned, own: self-hosted}
                    requests_per_line: 500
                    zone: Europe/Berlin
                    day_in_path: true
                    on_unreadable: skip
                    on_conflict: stop
                tables:
                  rates: [one.csv, two.csv]
                  exchange_rates: fx.csv
                  contracts: contracts.csv
                  model_aliases: aliases.csv
                  batch_policy: policy.csv
                  batch_eligibility: eligibility.csv
                  pools: pools.csv
                  capacity_units: units.csv
                  commitments: commitments.csv
                billing_zone: Europe/Berlin
                failed_calls: not-billable
                scenarios:
                  as-run: {}
                  dedicated: {units: {gpu: 2}, trailing_days: 60, scaling: {gpu: {max: 4, startup_minutes: 5}}, shared_by: peak}
                  provisioned: {units: {ptu: optimum}}
                  gpu-cluster: {units: {node: 1}}
                  best-mix: {units: {gpu: optimum}}
                  what-if-model: {models: [p/m], token_factors: {p/m: 1.1}}
                  batch: {turnaround_hours: 6}
                  serverless: {}
                thresholds: {unpriced_percent: 0.25, rejected_percent: 100}
                warehouse: /data/ledger
                out: ../reports
                """);
        assertThat(job.feeds())
                .containsExactly(new Feed(
                        "app",
                        List.of("a/*.jsonl", "b/"),
                        "openai-chat",
                        "p",
                        Map.of("tenant", "/metadata/tenant", "operation_id", "/metadata/op"),
                        "shared",
                        ServingMode.BATCH,
                        Map.of(
                                "endpoint", ServingMode.DEDICATED,
                                "edge", ServingMode.GATEWAY_CACHE,
                                "ptu", ServingMode.PROVISIONED,
                                "own", ServingMode.SELF_HOSTED),
                        500,
                        ZoneId.of("Europe/Berlin"),
                        true,
                        Feed.OnUnreadable.SKIP,
                        Feed.OnConflict.STOP));
        assertThat(job.tables())
                .isEqualTo(new JobFile.Tables(
                        List.of("one.csv", "two.csv"),
                        "fx.csv",
                        "contracts.csv",
                        "aliases.csv",
                        "policy.csv",
                        "eligibility.csv",
                        "pools.csv",
                        "units.csv",
                        "commitments.csv"));
        assertThat(job.billingZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(job.failedCalls()).isEqualTo(FailedCalls.NOT_BILLABLE);
        assertThat(job.scenarios().names()).containsExactly(ScenarioName.values());
        assertThat(job.scenarios().batch()).isEqualTo(new Batches(6L));
        assertThat(job.scenarios().dedicated())
                .isEqualTo(new Bought(
                        new TreeMap<>(Map.of("gpu", Number.of("2"))),
                        60,
                        new TreeMap<>(Map.of("gpu", new Scaling(1L, 4L, 5L))),
                        AllocationMethod.PEAK));
        assertThat(job.thresholds().unpricedPercent()).isEqualTo("0.25");
        assertThat(job.thresholds().rejectedPercent()).isEqualTo("100");
        assertThat(job.warehouse()).isEqualTo("/data/ledger");
        assertThat(job.out()).isEqualTo("../reports");
    }

    @Test
    void pathsAreSeenFromTheDirectoryOfTheJobFile() {
        assertThat(JobInputs.resolve("jobs/nightly.yaml", "rates.csv")).isEqualTo("jobs/rates.csv");
        assertThat(JobInputs.resolve("jobs/nightly.yaml", "../rates.csv")).isEqualTo("rates.csv");
        assertThat(JobInputs.resolve("nightly.yaml", "logs/*.gz")).isEqualTo("logs/*.gz");
        assertThat(JobInputs.resolve("/etc/jobs/nightly.yaml", "logs/*")).isEqualTo("/etc/jobs/logs/*");
        assertThat(JobInputs.resolve("jobs/nightly.yaml", "/data/rates.csv")).isEqualTo("/data/rates.csv");
        assertThat(JobInputs.resolve("jobs/nightly.yaml", "s3a://bucket/logs/*"))
                .isEqualTo("s3a://bucket/logs/*");
        assertThat(JobInputs.resolve("s3a://bucket/jobs/nightly.yaml", "rates.csv"))
                .isEqualTo("s3a://bucket/jobs/rates.csv");
    }

    @Test
    void anUnknownKeyIsRefusedWithItsLineItsPlaceAndTheKeysKnownThere() {
        refused(SMALLEST.replace("provider: p", "provider: p, dialekt: x"))
                .startsWith(
                        "job.yaml:2: unknown key 'feeds[0].dialekt'; known here are [day_in_path, dialect, fields,");
        refused(SMALLEST.replace("serverless: {}", "serverless: {discount: 1}"))
                .startsWith("job.yaml:5: unknown key 'scenarios.serverless.discount'");
    }

    @Test
    void anUnknownKeyOnALineOfItsOwnIsRefusedWithThatLine() {
        refused(SMALLEST + "billing-zone: UTC\n")
                .startsWith(
                        "job.yaml:6: unknown key 'billing-zone'; known here are [billing_zone, currency, failed_calls,");
        refused(SMALLEST + "thresholds:\n  unpriced_percent: 1\n  unpriced: 1\n")
                .isEqualTo(
                        "job.yaml:8: unknown key 'thresholds.unpriced'; known here are [rejected_percent, unpriced_percent]");
        refused("""
                        feeds:
                          - name: app
                            dialekt: openai-chat
                            paths: [logs/*]
                            dialect: openai-chat
                            provider: p
                        tables: {rates: rates.csv}
                        scenarios: {serverless: {}}
                        """).startsWith("job.yaml:3: unknown key 'feeds[0].dialekt'");
    }

    @Test
    void aMisspelledKeyIsNamedBeforeTheOneThatIsThereforeMissing() {
        refused(SMALLEST.replace("serverless: {}", "serverles: {}"))
                .isEqualTo(
                        "job.yaml:5: unknown key 'scenarios.serverles'; known here are [as-run, batch, best-mix, dedicated, gpu-cluster, provisioned, serverless, what-if-model]");
    }

    @Test
    void aKeyThatStandsTwiceIsRefusedWithItsLine() {
        refused(SMALLEST + "out: a\nwarehouse: b\nout: c\n")
                .startsWith("job.yaml:8: ")
                .containsIgnoringCase("duplicate")
                .contains("'out'");
    }

    @Test
    void whatIsMissingIsNamed() {
        refused("tables: {rates: r.csv}\nscenarios: {serverless: {}}\n").contains("feeds: none; expected at least one");
        refused(SMALLEST.replace("tables:\n  rates: rates.csv\n", ""))
                .contains("tables: missing; expected at least rates");
        refused(SMALLEST.replace("rates: rates.csv", "pools: pools.csv"))
                .contains("tables.rates: missing; expected the path of a rate table");
        refused(SMALLEST.replace("scenarios: {serverless: {}}\n", ""))
                .contains("scenarios: missing; expected for example {serverless: {}}");
        refused(SMALLEST.replace("{serverless: {}}", "{}"))
                .contains("scenarios: none is named; expected serverless, batch, dedicated,");
    }

    @Test
    void anEmptyJobFileIsRefusedWithAnExample() {
        refused("").isEqualTo("job.yaml: the file is empty; see jobs/sample.yaml for an example");
        refused("# nothing yet\n").isEqualTo("job.yaml: the file is empty; see jobs/sample.yaml for an example");
    }

    @Test
    void everyFeedHasANameOfItsOwn() {
        refused(SMALLEST.replace(
                        "tables:", "  - {name: app, paths: [x/*], dialect: openai-chat, provider: p}\ntables:"))
                .contains("feeds: two are named 'app'; give each a name of its own");
    }

    @Test
    void aWrongFeedIsRefusedWithItsLine() {
        refused("""
                        feeds:
                          - name: app
                            paths: [logs/*]
                            dialect: openai
                            provider: p
                          - name: other
                            paths: [logs/*]
                            dialect: openai-chat
                            provider: p
                        tables: {rates: rates.csv}
                        scenarios: {serverless: {}}
                        """)
                .matches(
                        "(?s)job\\.yaml:[2-6]: feeds\\[0\\]: feed 'app': dialect: 'openai' is no dialect; known are .*");
    }

    @Test
    void aValueOfTheWrongTypeIsRefusedWithLineAndKey() {
        refused(SMALLEST.replace("[logs/*]", "logs/*")).startsWith("job.yaml:2: feeds[0].paths: ");
        refused(SMALLEST.replace("provider: p", "provider: p, requests_per_line: many"))
                .startsWith("job.yaml:2: feeds[0].requests_per_line: ")
                .contains("many");
        refused(SMALLEST + "thresholds: 5\n").startsWith("job.yaml:6: thresholds: ");
        refused(SMALLEST + "out: {dir: x}\n").startsWith("job.yaml:6: out: ");
        refused(SMALLEST + "failed_calls: never\n")
                .startsWith("job.yaml:6: failed_calls: ")
                .contains("never");
        refused("- feeds\n").startsWith("job.yaml:1: ");
    }

    @Test
    void whatIsNoYamlIsRefusedInOneLineThatNamesItsLine() {
        refused(SMALLEST + "out: [a\n").startsWith("job.yaml:").doesNotContain("\n");
        refused(SMALLEST + "\tout: a\n").startsWith("job.yaml:6: ").doesNotContain("\n");
    }

    @Test
    void aWordThatIsNoServingModeIsRefusedWithTheModes() {
        refused(SMALLEST.replace("provider: p", "provider: p, serving_mode: Serverless"))
                .isEqualTo("job.yaml:2: feeds[0].serving_mode: 'Serverless' is no serving mode; expected one of"
                        + " [serverless, batch, dedicated, provisioned, self-hosted, gateway-cache]");
        refused(SMALLEST.replace("provider: p", "provider: p, serving_mode_by_deployment: {a: ptu}"))
                .startsWith("job.yaml:2: feeds[0].serving_mode_by_deployment.a: 'ptu' is no serving mode");
    }

    @Test
    void aZoneIsANameThatJavaKnows() {
        assertThat(read(SMALLEST + "billing_zone: America/Los_Angeles\n").billingZone())
                .isEqualTo(ZoneId.of("America/Los_Angeles"));
        refused(SMALLEST + "billing_zone: Mars/Olympus\n")
                .isEqualTo("job.yaml:6: billing_zone: 'Mars/Olympus' is no time zone; expected a name such as UTC or"
                        + " Europe/Berlin");
    }

    @Test
    void aPercentageIsFrom0To100AndExact() {
        assertThat(read(SMALLEST + "thresholds: {unpriced_percent: 0}\n").thresholds())
                .isEqualTo(new JobFile.Thresholds(BigDecimal.ZERO, BigDecimal.ONE));
        assertThat(read(SMALLEST + "thresholds: {rejected_percent: 0.1}\n")
                        .thresholds()
                        .rejectedPercent())
                .isEqualTo("0.1");
        refused(SMALLEST + "thresholds: {unpriced_percent: 100.01}\n")
                .startsWith("job.yaml:6: ")
                .contains("thresholds.unpriced_percent: 100.01; expected a percentage from 0 to 100");
        refused(SMALLEST + "thresholds: {rejected_percent: -1}\n")
                .contains("thresholds.rejected_percent: -1; expected a percentage from 0 to 100");
        refused(SMALLEST + "thresholds: {rejected_percent: 1 %}\n")
                .startsWith("job.yaml:6: thresholds.rejected_percent: ");
    }

    @Test
    void aNumberOfUnitsIsWholeAndAtLeastOneOrTheOptimum() {
        assertThat(units("{units: {gpu: 3}}").scenarios().dedicated().units()).isEqualTo(Map.of("gpu", Number.of("3")));
        assertThat(units("{units: {gpu: optimum}}").scenarios().dedicated().units())
                .isEqualTo(Map.of("gpu", Number.OPTIMUM));
        for (String number : List.of("0", "two", "1.5")) {
            refusedUnits("{units: {gpu: %s}}".formatted(number))
                    .startsWith("job.yaml:5: scenarios.dedicated.units.gpu: '" + number + "' is no number of units;");
        }
        refusedUnits("{}").contains("scenarios.dedicated: no units; expected names and numbers");
    }

    @Test
    void aFractionIsNotCutToAWholeNumber() {
        refused(SMALLEST.replace("provider: p", "provider: p, requests_per_line: 2.9"))
                .contains("requests_per_line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{serverless: {}, batch: }", "{serverless: {}, batch: ~}"})
    void aScenarioThatIsNamedIsNotLeftOut(String scenarios) {
        String yaml = SMALLEST.replace("{serverless: {}}", scenarios);
        try {
            assertThat(read(yaml).scenarios().names()).containsExactly(ScenarioName.SERVERLESS, ScenarioName.BATCH);
        } catch (Failure refused) {
            assertThat(refused).hasMessageContaining("batch");
        }
    }

    @Test
    void aSecondDocumentIsNotIgnored() {
        refused(SMALLEST + "---\nout: elsewhere\n").startsWith("job.yaml:");
    }

    @Test
    void aJobFileThatCannotBeReadStillTellsWhereItsOutputGoes() {
        assertThat(JobFile.outOf(bytes(SMALLEST + "typo: 1\nout: reports\n"))).isEqualTo("reports");
        assertThat(JobFile.outOf(bytes("out: [a\n"))).isEqualTo("out");
        assertThat(JobFile.outOf(bytes("out: {a: b}\n"))).isEqualTo("out");
        assertThat(JobFile.outOf(bytes(""))).isEqualTo("out");
    }

    private static JobFile units(String dedicated) {
        return read(SMALLEST.replace("serverless: {}", "dedicated: " + dedicated));
    }

    private static AbstractStringAssert<?> refusedUnits(String dedicated) {
        return refused(SMALLEST.replace("serverless: {}", "dedicated: " + dedicated));
    }

    private static JobFile read(String yaml) {
        return JobFile.read("job.yaml", bytes(yaml));
    }

    private static byte[] bytes(String yaml) {
        return yaml.getBytes(StandardCharsets.UTF_8);
    }

    private static AbstractStringAssert<?> refused(String yaml) {
        Failure[] failure = new Failure[1];
        assertThatThrownBy(() -> read(yaml)).isInstanceOfSatisfying(Failure.class, f -> failure[0] = f);
        assertThat(failure[0].exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        return assertThat(failure[0].getMessage());
    }
}
