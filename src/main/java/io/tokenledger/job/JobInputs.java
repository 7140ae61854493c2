package io.tokenledger.job;

import io.tokenledger.ingest.Digests;
import io.tokenledger.ingest.Feed;
import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import io.tokenledger.model.Month;
import io.tokenledger.rates.ExchangeRates;
import io.tokenledger.rates.MinimumSpend;
import io.tokenledger.rates.RateCard;
import io.tokenledger.scenario.BatchPolicy;
import io.tokenledger.scenario.CapacityUnit;
import io.tokenledger.scenario.Commitment;
import io.tokenledger.scenario.Economics;
import io.tokenledger.usage.BatchEligibility;
import io.tokenledger.usage.ModelAliases;
import io.tokenledger.usage.Policies;
import io.tokenledger.usage.Pools;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The job file and its tables, read once and checked, with their bytes: an assembly keeps them as they were.
 *
 * @param files name to content of the job file and every table
 */
record JobInputs(
        JobFile job, List<Feed> feeds, Policies policies, Economics economics, SortedMap<String, byte[]> files) {

    static JobInputs read(String jobFile, byte[] content, Configuration hadoop) {
        JobFile job = JobFile.read(jobFile, content);
        Reader reader = new Reader(jobFile, hadoop);
        reader.files.put(new Path(jobFile).getName(), content);
        JobFile.Tables tables = job.tables();

        Map<String, byte[]> rateTables = new LinkedHashMap<>();
        tables.rates().forEach(path -> rateTables.put(path, reader.bytes("tables.rates", path)));
        ExchangeRates exchangeRates = reader.table(
                "exchange_rates",
                tables.exchangeRates(),
                (file, bytes) -> ExchangeRates.read(file, bytes, job.currency()),
                ExchangeRates.none(job.currency()));
        RateCard rates = RateCard.read(rateTables, exchangeRates);
        List<MinimumSpend> minimums = reader.table(
                "contracts", tables.contracts(), (file, bytes) -> MinimumSpend.read(file, bytes, rates), List.of());
        ModelAliases aliases =
                reader.table("model_aliases", tables.modelAliases(), ModelAliases::read, ModelAliases.NONE);
        BatchEligibility eligibility = reader.table(
                "batch_eligibility", tables.batchEligibility(), BatchEligibility::read, BatchEligibility.NONE);
        BatchPolicy batchPolicy =
                reader.table("batch_policy", tables.batchPolicy(), BatchPolicy::read, BatchPolicy.NONE);
        Pools pools = reader.table("pools", tables.pools(), Pools::read, Pools.NONE);
        Map<String, CapacityUnit> units =
                reader.table("capacity_units", tables.capacityUnits(), CapacityUnit::read, Map.of());
        List<Commitment> commitments = reader.table(
                "commitments", tables.commitments(), (file, bytes) -> Commitment.read(file, bytes, units), List.of());

        List<Feed> feeds =
                job.feeds().stream().map(feed -> resolved(feed, jobFile)).toList();
        return new JobInputs(
                job,
                feeds,
                new Policies(feeds, aliases, job.failedCalls(), job.billingZone()),
                economics(job, jobFile, rates, minimums, pools, eligibility, batchPolicy, units, commitments),
                reader.files);
    }

    private static Economics economics(
            JobFile job,
            String jobFile,
            RateCard rates,
            List<MinimumSpend> minimums,
            Pools pools,
            BatchEligibility eligibility,
            BatchPolicy batchPolicy,
            Map<String, CapacityUnit> units,
            List<Commitment> commitments) {
        try {
            return new Economics(
                    rates,
                    minimums,
                    pools,
                    eligibility,
                    batchPolicy,
                    units,
                    commitments,
                    job.scenarios(),
                    job.billingZone());
        } catch (Failure e) {
            throw Failure.configuration("%s: %s", jobFile, e.getMessage());
        }
    }

    /** A path of the job file, seen from the directory that the job file is in. */
    static String resolve(String jobFile, String path) {
        Path given = new Path(path);
        if (given.isAbsolute()) {
            return path;
        }
        Path directory = new Path(jobFile).getParent();
        return directory == null || directory.toString().isEmpty() ? path : new Path(directory, given).toString();
    }

    private static Feed resolved(Feed feed, String jobFile) {
        return feed.withPaths(
                feed.paths().stream().map(path -> resolve(jobFile, path)).toList());
    }

    static byte[] bytes(String what, String path, Configuration hadoop) {
        Path file = new Path(path);
        try (InputStream in = file.getFileSystem(hadoop).open(file)) {
            return in.readAllBytes();
        } catch (FileNotFoundException e) {
            throw Failure.configuration("%s: no file %s; check the path", what, path);
        } catch (IOException e) {
            throw new Failure(ExitCode.STORAGE, "%s: cannot read %s: %s".formatted(what, path, e.getMessage()), e);
        }
    }

    /** Some months with all between them, and those before whose demand their figures depend on; in order. */
    List<Month> withMonthsBefore(Collection<Month> months) {
        Month first = months.stream().min(Comparator.naturalOrder()).orElseThrow();
        Month last = months.stream().max(Comparator.naturalOrder()).orElseThrow();
        return Stream.iterate(
                        Month.at(reach(first), job.billingZone()), month -> month.compareTo(last) <= 0, Month::next)
                .toList();
    }

    /** Where the demand begins that the figures of a month depend on. */
    Instant reach(Month month) {
        return month.start(job.billingZone()).minus(economics.lookBack());
    }

    /**
     * What the rates of a month, and of the time before it that its figures depend on, are, whatever else the rate card
     * holds: a rate with a later date leaves earlier months as they are.
     */
    String ratesFingerprint(Month month) {
        RateCard card = economics.rates();
        Stream<String> rates = card.rates().stream()
                .filter(rate -> isOf(month, rate.validFrom(), rate.validTo()))
                .map(rate -> text(
                        rate.model(),
                        rate.tier(),
                        rate.unit(),
                        rate.band(),
                        rate.window(),
                        rate.volumeAbove(),
                        within(month, rate.validFrom(), rate.validTo()),
                        rate.price() == null
                                ? rate.percentOfList().stripTrailingZeros().toPlainString() + " %"
                                : rate.pricePerToken().toPlainString() + " " + rate.currency(),
                        rate.contract() == null
                                ? null
                                : rate.contract().name()
                                        + new TreeSet<>(rate.contract().tenants()),
                        rate.source(),
                        rate.retrievedAt()));
        Stream<String> exchanges = card.exchangeRates().rates().stream()
                .filter(exchange -> isOf(month, exchange.validFrom(), exchange.validTo()))
                .map(exchange -> text(
                        exchange.from(),
                        exchange.to(),
                        exchange.rate().toPlainString(),
                        within(month, exchange.validFrom(), exchange.validTo())));
        Stream<String> minimums = economics.minimumSpends().stream()
                .filter(minimum -> isOf(month, minimum.validFrom(), minimum.validTo()))
                .map(minimum -> text(
                        minimum.contract(),
                        minimum.monthly().stripTrailingZeros().toPlainString(),
                        within(month, minimum.validFrom(), minimum.validTo())));
        return Digests.sha256(Stream.of(Stream.of(card.currency()), rates, exchanges, minimums)
                .flatMap(lines -> lines.sorted())
                .collect(Collectors.joining("\n")));
    }

    private static String text(Object... terms) {
        return Stream.of(terms).map(String::valueOf).collect(Collectors.joining("\t"));
    }

    private String within(Month month, Instant from, Instant to) {
        return later(from, reach(month)) + " " + earlier(to, month.end(job.billingZone()));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** @param end null while a rate holds */
    private static Instant earlier(Instant end, Instant b) {
        return end == null || end.isAfter(b) ? b : end;
    }

    private boolean isOf(Month month, Instant from, Instant to) {
        return from.isBefore(month.end(job.billingZone())) && (to == null || to.isAfter(reach(month)));
    }

    /** Everything else that decides figures: tables other than rates byte for byte, feeds, scenarios, zone. */
    String policiesFingerprint() {
        StringBuilder text = new StringBuilder();
        for (Feed feed : job.feeds()) {
            text.append(String.join(
                            "\t",
                            feed.name(),
                            feed.servingMode().label(),
                            new TreeMap<>(feed.servingModeByDeployment()).toString(),
                            Long.toString(feed.requestsPerLine())))
                    .append('\n');
        }
        text.append(job.billingZone()).append('\n').append(job.failedCalls()).append('\n');
        text.append(job.scenarios()).append('\n');
        JobFile.Tables tables = job.tables();
        for (String table : new String[] {
            tables.modelAliases(),
            tables.batchPolicy(),
            tables.batchEligibility(),
            tables.pools(),
            tables.capacityUnits(),
            tables.commitments()
        }) {
            byte[] content = table == null ? new byte[0] : files.get(new Path(table).getName());
            text.append(Digests.sha256(content)).append('\n');
        }
        return Digests.sha256(text.toString());
    }

    private static final class Reader {
        private final String jobFile;
        private final Configuration hadoop;
        private final SortedMap<String, byte[]> files = new TreeMap<>();

        Reader(String jobFile, Configuration hadoop) {
            this.jobFile = jobFile;
            this.hadoop = hadoop;
        }

        <T> T table(String key, String path, BiFunction<String, byte[], T> read, T none) {
            return path == null ? none : read.apply(path, bytes("tables." + key, path));
        }

        byte[] bytes(String what, String path) {
            byte[] content = JobInputs.bytes(jobFile + ": " + what, resolve(jobFile, path), hadoop);
            String name = new Path(path).getName();
            if (files.put(name, content) != null) {
                throw Failure.configuration(
                        "%s: %s: another file is named %s too; an assembly keeps them side by side, so rename one",
                        jobFile, what, name);
            }
            return content;
        }
    }
}
