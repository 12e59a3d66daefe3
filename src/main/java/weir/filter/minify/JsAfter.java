package weir.filter.minify;

/** What the last token of a script means for the next one. */
enum JsAfter {
    /** A statement, or an element of a class, may begin: nothing that is open could be ended by a semicolon. */
    STATEMENT(true, true),
    /** An operand must follow. */
    OPERATOR(true, true),
    /** {@code =>} */
    ARROW(true, true),
    /** A dot: a name must follow, whatever it is. */
    DOT(false, true),
    /** An expression may have ended here, or go on with an operator. */
    OPERAND(false, false),
    /** {@code ++} or {@code --} behind an operand. */
    POSTFIX(false, false),
    /** Something that no operator can go on with: the body of an arrow function, an import. */
    ENDED(false, false),
    /** {@code typeof} and its like. */
    WORD_OPERATOR(true, false),
    /** {@code return}, {@code break} and their like, and their label: a line end is a semicolon (ECMA-262 §12.10.1, restricted productions). */
    RESTRICTED(true, false),
    /** {@code of}, {@code yield}, {@code await}: operators here, plain names there. */
    UNSURE(false, false),
    DEFAULT(true, false),
    /** {@code if} and its like. */
    CONTROL(false, false),
    /** {@code function}, with its star and its name. */
    FUNCTION(false, false),
    FUNCTION_DECLARED(false, false),
    CLASS(false, false),
    /** The parameters of a function: its body must follow. */
    PARAMETERS(false, true),
    PARAMETERS_DECLARED(false, true);

    /** Whether a slash begins a regular expression here. */
    final boolean regex;
    /** Whether the line end that follows means no more than a blank, whatever comes then. */
    final boolean goesOn;

    JsAfter(boolean regex, boolean goesOn) {
        this.regex = regex;
        this.goesOn = goesOn;
    }

    /** Whether a slash is division here; where neither this nor {@link #regex} is true, nobody knows. */
    boolean division() {
        return this == OPERAND || this == POSTFIX;
    }

    /** Whether an expression may have ended, so that a line end and what cannot go on with it make a semicolon. */
    boolean mayEnd() {
        return this == OPERAND || this == POSTFIX || this == ENDED;
    }
}
