/**
 * Makes style sheets, scripts, pages, JSON and SVG shorter without changing what they mean: comments and white space go where
 * the language says that nobody can tell. {@link weir.filter.minify.Minifier} is the door. Each language has a tokenizer of its
 * own, written by hand; what one of them does not fully understand stays as it is, byte for byte.
 *
 * <pre>
 *   MinifyFilter   which responses
 *     Minifying      holds a text until it is whole, on a bench of the loop's Workbenches
 *       Minifier       the languages: CssMinifier, JsMinifier, HtmlMinifier, JsonMinifier, SvgMinifier
 * </pre>
 */
package weir.filter.minify;
