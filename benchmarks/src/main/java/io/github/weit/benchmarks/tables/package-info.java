/** Tables of the documentation, made from the files of results that they speak of. */
package io.github.weit.benchmarks.tables;
