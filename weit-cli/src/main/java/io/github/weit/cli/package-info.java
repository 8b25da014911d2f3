/** The {@code weit} command. */
package io.github.weit.cli;
