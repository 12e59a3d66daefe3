package weir.filter.minify;

/** What is open in a script, and what follows when it closes: which decides what a slash means then, and a line end (ECMA-262 §12.10). */
enum JsLevel {
    PROGRAM(JsAfter.STATEMENT, true),
    /** Also the body of a declared function or of a method. */
    BLOCK(JsAfter.STATEMENT, true),
    /** Of a function that is an expression. */
    FUNCTION_BODY(JsAfter.OPERAND, true),
    ARROW_BODY(JsAfter.ENDED, true),
    OBJECT(JsAfter.OPERAND, false),
    /** The names of an import or an export, and the attributes of an import. */
    LIST(JsAfter.ENDED, false),
    CLASS(JsAfter.OPERAND, false),
    CLASS_DECLARED(JsAfter.STATEMENT, false),
    PAREN(JsAfter.OPERAND, false),
    /** Of an if, for, while, with, switch or catch. */
    CONTROL(JsAfter.STATEMENT, false),
    PARAMETERS(JsAfter.PARAMETERS, false),
    PARAMETERS_DECLARED(JsAfter.PARAMETERS_DECLARED, false),
    BRACKET(JsAfter.OPERAND, false),
    /** A substitution in a template. */
    TEMPLATE(JsAfter.OPERAND, false);

    final JsAfter after;
    /** Whether statements stand in it. */
    final boolean statements;

    JsLevel(JsAfter after, boolean statements) {
        this.after = after;
        this.statements = statements;
    }

    boolean isClass() {
        return this == CLASS || this == CLASS_DECLARED;
    }

    /** The sign that closes it. */
    int close() {
        return switch (this) {
            case PROGRAM -> Rewrite.NOTHING;
            case BLOCK, FUNCTION_BODY, ARROW_BODY, OBJECT, LIST, CLASS, CLASS_DECLARED, TEMPLATE -> '}';
            case PAREN, CONTROL, PARAMETERS, PARAMETERS_DECLARED -> ')';
            case BRACKET -> ']';
        };
    }
}
