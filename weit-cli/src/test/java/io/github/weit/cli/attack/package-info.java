/** Files that are wrong in every way that is known, and what must be said of each. */
package io.github.weit.cli.attack;
