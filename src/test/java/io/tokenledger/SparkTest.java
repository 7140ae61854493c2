package io.tokenledger;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import io.tokenledger.job.Session;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;

/**
 * The one Spark of the test JVM. Its context is started by the first test and never stopped, so that a test class costs
 * no start-up.
 */
public abstract class SparkTest extends JavaDatasetSuiteBase {

    @BeforeEach
    void startSparkOnce() {
        runBefore();
    }

    /** A session of the test's own, with the settings of the nightly job. */
    protected SparkSession session() {
        return Session.pinned(spark());
    }

    @Override
    public boolean enableHiveSupport() {
        return false;
    }

    @Override
    public SparkConf conf() {
        return super.conf()
                .setMaster("local[2]")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "localhost")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.sql.shuffle.partitions", "2");
    }
}
