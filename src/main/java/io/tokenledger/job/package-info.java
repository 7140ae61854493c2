/** The nightly run, from the job file to the published months. */
package io.tokenledger.job;
