/** The command line: {@link weir.cli.Main}, its sub-commands, signals, and the demo. */
package weir.cli;
