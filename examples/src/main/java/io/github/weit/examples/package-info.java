/** Short programs, each one task that a user of this library has, and the data they run on. */
package io.github.weit.examples;
