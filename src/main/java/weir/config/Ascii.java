package weir.config;

/** Classes of characters. {@code Character.isDigit} and its kin also take the digits and letters of other scripts. */
final class Ascii {
    private Ascii() {}

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
    }

    static boolean isHex(int c) {
        return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || isDigit(c);
    }

    /** Whether there is at least one character and all are digits. */
    static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(Ascii::isDigit);
    }

    /** Whether it is a letter, a digit, or one of the marks (which are ASCII). */
    static boolean isLetterDigitOr(String marks, int c) {
        return isLetterOrDigit(c) || marks.indexOf(c) >= 0;
    }
}
