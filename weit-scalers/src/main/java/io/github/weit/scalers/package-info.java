/** Stage 2: starting values for the scalers of a size, and fitting them with frozen templates. */
package io.github.weit.scalers;
