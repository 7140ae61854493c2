/** Commands, flags, exit codes, and what the terminal shows. */
package io.tokenledger.cli;
