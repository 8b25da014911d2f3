/** Dense models in the form that other libraries load: timm's folder and DJL's. */
package io.github.weit.cli.interop;
