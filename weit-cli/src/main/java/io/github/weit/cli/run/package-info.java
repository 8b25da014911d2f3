/** What commands and experiments tell of a run while it goes on and afterwards. */
package io.github.weit.cli.run;
