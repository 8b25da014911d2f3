/**
 * What {@code weit compare} says at the end: measurements as CSV, their summary, charts and one
 * self-contained page.
 *
 * <p>A {@link io.github.weit.cli.report.Measurement} is one row. {@link
 * io.github.weit.cli.report.Summary} turns rows into means over seeds, {@link
 * io.github.weit.cli.report.Findings} turns a summary into sentences, {@link
 * io.github.weit.cli.report.Charts} into pictures, and {@link
 * io.github.weit.cli.report.ReportWriter} puts the files in place. Nothing here trains, and every
 * sentence and number is derived from the rows, whoever wins.
 */
package io.github.weit.cli.report;
