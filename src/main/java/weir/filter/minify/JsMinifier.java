package weir.filter.minify;

import java.util.Arrays;

/**
 * Drops comments and white space of a script (ECMA-262), and renames and rewrites nothing: the tokens stay what they are. A line end
 * goes only where it could not be a semicolon (§12.10): behind what needs an operand, behind a block, before what begins no statement.
 * For that, and to tell a regular expression from division, it keeps what the last token means for the next ({@link JsAfter}), and
 * a stack of what is open ({@link JsLevel}). Where these do not tell, the script stays as it is: scripts with JSX or with types, with
 * comments as in HTML, with decorators.
 *
 * <p>Kept: comments that begin with {@code !} or hold a licence, those that name source maps, and the first line that begins with #!.
 */
final class JsMinifier extends JsTokens {
    /** Brackets of any kind inside each other. */
    static final int DEPTH_MAX = 1024;
    /** A level's number holds what it is, whether a class has begun in it, and how many conditionals wait for their colon. */
    private static final int LEVEL_MASK = 0x0f;
    private static final int CLASS_BEGUN = 0x10;
    private static final int CLASS_DECLARED = 0x20;
    private static final int CONDITIONAL = 0x40;

    private static final JsLevel[] LEVELS = JsLevel.values();

    private int[] stack = new int[16];
    private int depth;
    private JsAfter after = JsAfter.STATEMENT;
    private Kind before;                 // the token before, null at the beginning
    private int beforeFrom;
    private int beforeTo;
    private boolean asyncDeclares;       // where the word before is async: a function behind it would be a declaration
    private boolean space;               // since the token before: white space or a comment went
    private boolean line;                // a line end went
    private boolean apart;               // a comment that stays was written
    private boolean lineWritten;         // a line end, too
    private boolean lineBegins;          // no token stands before in its line

    JsMinifier(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    @Override
    boolean run() {
        byteOrderMark();
        lineBegins = true;
        if (at == from && startsWith(at, "#!")) {                          // §12.5
            while (at < end && !isLineEnd(peek(0))) {
                at++;
            }
            copy(from, at);
            lineAfterComment();
        }
        while (true) {
            JsLevel level = level();
            boolean slashIsDivision = after.division();
            switch (next(after.regex, level == JsLevel.TEMPLATE)) {
                case END -> {
                    return depth == 0 && stack[0] == 0;
                }
                case BAD -> {
                    return false;
                }
                case SPACE -> gap();
                case LINE_COMMENT, BLOCK_COMMENT -> comment();
                default -> {
                    boolean slash = kind == Kind.PUNCTUATOR && look(tokenFrom) == '/';
                    if (slash && !slashIsDivision || !token(level)) {
                        return false;
                    }
                }
            }
        }
    }

    private void gap() {
        space = true;
        line |= endsLine;
        lineBegins |= endsLine;
    }

    private void comment() {
        if (!isKept()) {
            gap();
            return;
        }
        if (line && !lineWritten && (kind == Kind.LINE_COMMENT || !after.goesOn)) {
            put('\n');
            lineWritten = true;
        } else if (space && beforeTo > 0 && look(beforeTo - 1) == '/' && !apart) {
            put(' ');                                                      // else its beginning would be another comment's
        }
        copy(tokenFrom, at);
        apart = true;
        lineWritten |= endsLine;
        lineBegins |= endsLine;
        if (kind == Kind.LINE_COMMENT) {
            lineAfterComment();
        }
    }

    private void lineAfterComment() {
        if (at < end) {
            put('\n');
        }
        lineWritten = true;
        apart = true;
    }

    private boolean isKept() {
        int c = look(tokenFrom + 2);
        if (c == '!' || c == '#' && !startsWith(tokenFrom + 2, "#__") || c == '@' && !startsWith(tokenFrom + 2, "@__")) {
            return true;
        }
        for (int p = tokenFrom + 2; p < at; p++) {
            if (look(p) == '@' && (startsWith(p, "@license") || startsWith(p, "@preserve") || startsWith(p, "@cc_on"))) {
                return true;
            }
        }
        return false;
    }

    /** Writes one token and what must stand before it, and moves on. @return false when it makes no sense here */
    private boolean token(JsLevel level) {
        int first = look(tokenFrom);
        if (kind == Kind.PUNCTUATOR && lineBegins && first == '-' && startsWith(tokenFrom, "-->")) {
            return false;                                                  // §B.1.1: in a script, a comment up to the line end
        }
        separate(first, level);
        copy(tokenFrom, at);
        if (after == JsAfter.CLASS && kind != Kind.WORD && first != '{') {
            stack[depth] &= ~(CLASS_BEGUN | CLASS_DECLARED);               // it was the name of something
        }
        JsAfter then = kind == Kind.WORD ? word(level) : kind == Kind.PUNCTUATOR ? punctuator(first, level) : literal();
        if (then == null) {
            return false;
        }
        after = then;
        before = kind;
        beforeFrom = tokenFrom;
        beforeTo = at;
        space = line = apart = lineWritten = lineBegins = false;
        return true;
    }

    private void separate(int first, JsLevel level) {
        if (before == null) {
            return;
        }
        if (line && !after.goesOn && !goesOnWith(first, level)) {
            if (!lineWritten) {
                put('\n');
            }
        } else if (!apart && (space || line) && merges(look(beforeTo - 1), first)) {
            put(' ');
        }
    }

    /** Whether a line end before this token could never be a semicolon. */
    private boolean goesOnWith(int first, JsLevel level) {
        if (first == '}') {                                                // also of a template
            return true;
        }
        if (kind != Kind.PUNCTUATOR || !after.mayEnd()) {
            return false;
        }
        return switch (first) {
            case ')', ']', ',', ';' -> true;
            case ':', '?', '%', '&', '|', '^', '<', '>' -> after.division();
            case '.' -> after.division() && at - tokenFrom == 1;
            case '=' -> after.division() && look(tokenFrom + 1) != '>';                        // §15.3: no line end before it
            case '!' -> after.division() && at - tokenFrom > 1;
            case '{' -> (level == JsLevel.OBJECT || level.isClass()) && look(beforeTo - 1) == ')';   // a method's body
            default -> false;
        };
    }

    /** Whether two tokens would be another, or others, with nothing between them. */
    private boolean merges(int last, int first) {
        if (isWordish(first) && (isWordish(last) || before == Kind.WORD || before == Kind.PRIVATE || before == Kind.REGEX)) {
            return true;                                                   // also where an escape ends a name: a brace
        }
        if (first == '.' && before == Kind.NUMBER) {
            return true;
        }
        return switch (last) {
            case '+', '&', '|', '^', '%' -> first == last || first == '=';
            case '-' -> first == '-' || first == '=' || first == '>';
            case '*' -> first == '*' || first == '=' || first == '/';
            case '/' -> first == '/' || first == '=' || first == '*';
            case '<' -> first == '<' || first == '=' || first == '!' || first == '/';   // </script would end a script in a page
            case '>' -> first == '>' || first == '=';
            case '=' -> first == '=' || first == '>';
            case '!' -> first == '=' || first == '-' && out[Math.max(written - 2, 0)] == '<';   // <!-- would be a comment (§B.1.1)
            case '?' -> first == '?' || first == '.' || first == '=';
            case '.' -> first == '.' || isDigit(first);
            default -> false;
        };
    }

    private static boolean isWordish(int c) {
        return isWordPart(c) || c == '\\' || c == '#';
    }

    private JsAfter literal() {
        return switch (kind) {
            case NUMBER, REGEX, PRIVATE, TEMPLATE -> JsAfter.OPERAND;
            // Nothing goes on behind the name of a module.
            case STRING -> before == Kind.WORD && (isBefore("from") || isBefore("import")) ? JsAfter.ENDED : JsAfter.OPERAND;
            case TEMPLATE_HEAD -> open(JsLevel.TEMPLATE) ? JsAfter.OPERATOR : null;
            case TEMPLATE_MIDDLE -> stack[depth] == JsLevel.TEMPLATE.ordinal() ? JsAfter.OPERATOR : null;
            case TEMPLATE_TAIL -> close(JsLevel.TEMPLATE, '}');
            case WORD, PUNCTUATOR, SPACE, LINE_COMMENT, BLOCK_COMMENT, END, BAD -> throw new AssertionError(kind);
        };
    }

    /** Where the statement before has ended by a line end, one begins: what comes next cannot go on with it. */
    private boolean begins() {
        return after == JsAfter.STATEMENT || after == JsAfter.DEFAULT || lineBegins && (after.mayEnd() || after == JsAfter.RESTRICTED);
    }

    private JsAfter word(JsLevel level) {
        if (after == JsAfter.DOT) {
            return JsAfter.OPERAND;
        }
        if (after == JsAfter.FUNCTION || after == JsAfter.FUNCTION_DECLARED) {
            return after;
        }
        if (after == JsAfter.CLASS && !is("extends")) {
            return JsAfter.OPERAND;
        }
        int length = at - tokenFrom;
        JsAfter plain = after == JsAfter.RESTRICTED && !lineBegins && isJump() ? JsAfter.RESTRICTED : JsAfter.OPERAND;
        boolean statements = level.statements;
        return switch (length) {
            case 2 -> is("if") ? JsAfter.CONTROL : is("do") && statements ? JsAfter.STATEMENT : is("in") ? JsAfter.WORD_OPERATOR
                    : is("of") ? JsAfter.UNSURE : plain;
            case 3 -> is("for") ? JsAfter.CONTROL : is("try") && statements ? JsAfter.STATEMENT : is("new") ? JsAfter.WORD_OPERATOR : plain;
            case 4 -> is("else") && statements ? JsAfter.STATEMENT : is("with") ? JsAfter.CONTROL
                    : is("case") || is("void") ? JsAfter.WORD_OPERATOR : plain;
            case 5 -> is("while") || is("catch") ? JsAfter.CONTROL : is("throw") || is("break") ? JsAfter.RESTRICTED
                    : is("yield") ? JsAfter.UNSURE : is("await") ? after == JsAfter.CONTROL ? after : JsAfter.UNSURE
                    : is("class") ? beginClass() : is("async") ? async() : plain;
            case 6 -> is("return") ? JsAfter.RESTRICTED : is("typeof") || is("delete") ? JsAfter.WORD_OPERATOR
                    : is("switch") ? JsAfter.CONTROL : is("export") && begins() && statements ? JsAfter.DEFAULT : plain;
            case 7 -> is("finally") && statements ? JsAfter.STATEMENT : is("extends") ? JsAfter.WORD_OPERATOR
                    : is("default") ? JsAfter.DEFAULT : plain;
            case 8 -> is("function") ? function() : is("continue") || is("debugger") ? JsAfter.RESTRICTED : plain;
            case 10 -> is("instanceof") ? JsAfter.WORD_OPERATOR : plain;
            default -> plain;
        };
    }

    private boolean is(String word) {
        return startsWith(tokenFrom, word);
    }

    private boolean isBefore(String word) {
        return beforeTo - beforeFrom == word.length() && startsWith(beforeFrom, word);
    }

    private boolean isJump() {
        return isBefore("break") || isBefore("continue");
    }

    private JsAfter async() {
        asyncDeclares = begins();
        return JsAfter.OPERAND;
    }

    private JsAfter function() {
        if (after == JsAfter.UNSURE && lineBegins) {
            return null;                                                   // a function that yield returns, or a declaration behind it
        }
        boolean async = before == Kind.WORD && isBefore("async") && after == JsAfter.OPERAND && !lineBegins;
        return (async ? asyncDeclares : begins()) ? JsAfter.FUNCTION_DECLARED : JsAfter.FUNCTION;
    }

    private JsAfter beginClass() {
        if ((stack[depth] & CLASS_BEGUN) != 0 || after == JsAfter.UNSURE && lineBegins) {
            return null;
        }
        stack[depth] |= begins() ? CLASS_BEGUN | CLASS_DECLARED : CLASS_BEGUN;
        return JsAfter.CLASS;
    }

    private JsAfter punctuator(int first, JsLevel level) {
        int length = at - tokenFrom;
        return switch (first) {
            case '{' -> brace(level);
            case '(' -> open(paren()) ? JsAfter.OPERATOR : null;
            case '[' -> open(JsLevel.BRACKET) ? JsAfter.OPERATOR : null;
            case '}', ')', ']' -> close(level, first);
            case ';' -> !isSettled() ? null : level.statements || level.isClass() ? JsAfter.STATEMENT : JsAfter.OPERATOR;
            case ':' -> colon(level);
            case '?' -> length == 1 ? conditional() : length == 2 && look(tokenFrom + 1) == '.' ? JsAfter.DOT : JsAfter.OPERATOR;
            case '.' -> length == 1 ? JsAfter.DOT : JsAfter.OPERATOR;
            case '=' -> length == 2 && look(tokenFrom + 1) == '>' ? JsAfter.ARROW : JsAfter.OPERATOR;
            case '+', '-' -> length == 2 && look(tokenFrom + 1) == first ? twice() : JsAfter.OPERATOR;
            case '*' -> length == 1 && (after == JsAfter.FUNCTION || after == JsAfter.FUNCTION_DECLARED) ? after : JsAfter.OPERATOR;
            case '<' -> after.division() ? JsAfter.OPERATOR : null;   // else an element of JSX
            default -> JsAfter.OPERATOR;
        };
    }

    /** {@code ++} or {@code --}: behind an operand only in its line (§12.10.1). */
    private JsAfter twice() {
        return after == JsAfter.UNSURE ? JsAfter.UNSURE : after.mayEnd() && !lineBegins ? JsAfter.POSTFIX : JsAfter.OPERATOR;
    }

    private JsLevel paren() {
        return switch (after) {
            case CONTROL -> JsLevel.CONTROL;
            case FUNCTION -> JsLevel.PARAMETERS;
            case FUNCTION_DECLARED -> JsLevel.PARAMETERS_DECLARED;
            default -> JsLevel.PAREN;
        };
    }

    private JsAfter brace(JsLevel level) {
        JsLevel opened = braceLevel(level);
        if (opened == null || !open(opened)) {
            return null;
        }
        return opened.statements || opened.isClass() ? JsAfter.STATEMENT : JsAfter.OPERATOR;
    }

    /** What this brace begins; null when that is not known for sure. */
    private JsLevel braceLevel(JsLevel level) {
        if ((stack[depth] & CLASS_BEGUN) != 0 && (after == JsAfter.CLASS || after == JsAfter.OPERAND)) {
            boolean declared = (stack[depth] & CLASS_DECLARED) != 0;
            stack[depth] &= ~(CLASS_BEGUN | CLASS_DECLARED);
            return declared ? JsLevel.CLASS_DECLARED : JsLevel.CLASS;
        }
        if (before == Kind.WORD && after != JsAfter.STATEMENT && (isBefore("import") || isBefore("export") || isBefore("with"))) {
            return JsLevel.LIST;
        }
        if (before == Kind.WORD && after == JsAfter.OPERAND && (isBefore("const") || isBefore("var") || isBefore("let") && !lineBegins)) {
            return JsLevel.OBJECT;                                         // a pattern
        }
        return switch (after) {
            case STATEMENT -> level.statements || level == JsLevel.OBJECT || level.isClass() ? JsLevel.BLOCK : null;
            case OPERATOR, WORD_OPERATOR, DEFAULT -> JsLevel.OBJECT;
            case RESTRICTED -> lineBegins ? JsLevel.BLOCK : JsLevel.OBJECT;
            case UNSURE -> lineBegins ? null : JsLevel.OBJECT;
            case ARROW -> JsLevel.ARROW_BODY;
            case PARAMETERS -> JsLevel.FUNCTION_BODY;
            case PARAMETERS_DECLARED -> JsLevel.BLOCK;
            case CONTROL -> isBefore("catch") ? JsLevel.BLOCK : null;
            case OPERAND, POSTFIX, ENDED -> behindOperand(level);
            case DOT, FUNCTION, FUNCTION_DECLARED, CLASS -> null;
        };
    }

    private JsLevel behindOperand(JsLevel level) {
        boolean method = look(beforeTo - 1) == ')' && (level == JsLevel.OBJECT || level.isClass());
        boolean block = level.statements && lineBegins || level.isClass() && before == Kind.WORD && isBefore("static");
        return method || block ? JsLevel.BLOCK : null;
    }

    private JsAfter colon(JsLevel level) {
        if (stack[depth] >= CONDITIONAL) {
            stack[depth] -= CONDITIONAL;
            return JsAfter.OPERATOR;
        }
        boolean label = level.statements && (after.mayEnd() || after == JsAfter.DEFAULT || after == JsAfter.UNSURE);
        return label ? JsAfter.STATEMENT : level == JsLevel.OBJECT || level == JsLevel.LIST ? JsAfter.OPERATOR : null;
    }

    /** One more that waits for its colon. */
    private JsAfter conditional() {
        if (stack[depth] > Integer.MAX_VALUE - CONDITIONAL) {
            return null;
        }
        stack[depth] += CONDITIONAL;
        return JsAfter.OPERATOR;
    }

    /** Nothing waits at this level: no conditional for its colon, no class for its body. */
    private boolean isSettled() {
        return stack[depth] <= LEVEL_MASK;
    }

    private JsLevel level() {
        return LEVELS[stack[depth] & LEVEL_MASK];
    }

    private boolean open(JsLevel what) {
        if (depth == DEPTH_MAX - 1) {
            return false;
        }
        if (++depth == stack.length) {
            stack = Arrays.copyOf(stack, 2 * depth);
        }
        stack[depth] = what.ordinal();
        return true;
    }

    private JsAfter close(JsLevel level, int sign) {
        if (level.close() != sign || !isSettled()) {
            return null;
        }
        depth--;
        return level.after;
    }
}
