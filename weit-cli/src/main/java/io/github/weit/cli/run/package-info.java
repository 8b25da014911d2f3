/** What every run of a command has: where and with what it computes, and how it gets on. */
package io.github.weit.cli.run;
