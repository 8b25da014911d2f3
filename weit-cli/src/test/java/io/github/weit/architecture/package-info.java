/** Rules that hold between all modules. */
package io.github.weit.architecture;
