package io.tokenledger.scenario;

import io.tokenledger.rates.RateGrid;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What an {@link Evaluation} was computed from, for who asks how its costs came about.
 *
 * @param labelled requests as {@link io.tokenledger.usage.Usage#labelled}
 * @param facts as {@link Facts#of}, priced
 * @param volumes what is priced by volume, each contract price's in the order of time
 */
record Workings(
        Dataset<Row> labelled,
        Economics economics,
        RateGrid grid,
        List<Scenario> scenarios,
        Dataset<Row> facts,
        Prices prices,
        List<VolumeTiers.Charge> volumes,
        List<Bill.Shortfall> shortfalls) {}
