/**
 * From the ledger to tokens per rate cell and to demand per minute: the pure middle of the run. Policies (aliases, serving
 * mode, what is billable, what can wait) are applied here, so that a changed policy never needs the logs again.
 */
package io.tokenledger.usage;
