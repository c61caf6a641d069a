/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259), strict: no duplicate keys, no trailing bytes, depth 32.
 * Objects are LinkedHashMap, arrays ArrayList, numbers Long or BigDecimal.
 */
final class Json {
	private static final int DEPTH = 32;

	static final class Bad extends Exception {
		private static final long serialVersionUID = 1L;

		Bad(String what) {
			super(what, null, false, false);
		}
	}

	private final String text;
	private int at;

	private Json(String text) {
		this.text = text;
	}

	static Object parse(String text) throws Bad {
		Json json = new Json(text);
		Object value = json.value(0);

		json.blanks();
		if (json.at != text.length())
			throw new Bad("bytes after the value");
		return value;
	}

	@SuppressWarnings("unchecked")
	static Map<String, Object> object(String text) throws Bad {
		Object value = parse(text);

		if (!(value instanceof Map))
			throw new Bad("not an object");
		return (Map<String, Object>)value;
	}

	/** The text under a key, or null when absent or of another type. */
	static String text(Map<String, Object> map, String key) {
		Object value = map.get(key);

		return value instanceof String ? (String)value : null;
	}

	static Long whole(Map<String, Object> map, String key) {
		Object value = map.get(key);

		return value instanceof Long ? (Long)value : null;
	}

	static Map<String, Object> map(Object... pairs) {
		Map<String, Object> map = new LinkedHashMap<>();

		for (int i = 0; i < pairs.length; i += 2)
			map.put((String)pairs[i], pairs[i + 1]);
		return map;
	}

	private void blanks() {
		while (at < text.length()
		    && " \t\r\n".indexOf(text.charAt(at)) >= 0)
			at++;
	}

	private char peek() throws Bad {
		if (at >= text.length())
			throw new Bad("cut short");
		return text.charAt(at);
	}

	private void expect(char c) throws Bad {
		if (peek() != c)
			throw new Bad("expected " + c + " at " + at);
		at++;
	}

	private Object value(int depth) throws Bad {
		if (depth > DEPTH)
			throw new Bad("too deep");
		blanks();
		switch (peek()) {
		case '{':
			return members(depth);
		case '[':
			return elements(depth);
		case '"':
			return string();
		case 't':
			return word("true", Boolean.TRUE);
		case 'f':
			return word("false", Boolean.FALSE);
		case 'n':
			return word("null", null);
		default:
			return number();
		}
	}

	private Object word(String word, Object value) throws Bad {
		if (!text.startsWith(word, at))
			throw new Bad("bad word at " + at);
		at += word.length();
		return value;
	}

	private Map<String, Object> members(int depth) throws Bad {
		Map<String, Object> map = new LinkedHashMap<>();

		expect('{');
		blanks();
		if (peek() == '}') {
			at++;
			return map;
		}
		for (;;) {
			blanks();
			String key = string();
			blanks();
			expect(':');
			Object value = value(depth + 1);
			if (map.containsKey(key))
				throw new Bad("duplicate key");
			map.put(key, value);
			blanks();
			if (peek() == '}')
				break;
			expect(',');
		}
		at++;
		return map;
	}

	private List<Object> elements(int depth) throws Bad {
		List<Object> list = new ArrayList<>();

		expect('[');
		blanks();
		if (peek() == ']') {
			at++;
			return list;
		}
		for (;;) {
			list.add(value(depth + 1));
			blanks();
			if (peek() == ']')
				break;
			expect(',');
		}
		at++;
		return list;
	}

	private String string() throws Bad {
		StringBuilder out = new StringBuilder();

		expect('"');
		for (;;) {
			char c = peek();

			at++;
			if (c == '"')
				return out.toString();
			if (c < 0x20)
				throw new Bad("control character in text");
			out.append(c == '\\' ? escape() : c);
		}
	}

	private char escape() throws Bad {
		char c = peek();
		int where = "\"\\/bfnrt".indexOf(c);

		at++;
		if (where >= 0)
			return "\"\\/\b\f\n\r\t".charAt(where);
		if (c != 'u' || at + 4 > text.length())
			throw new Bad("bad escape at " + at);
		int code = 0;
		for (int i = 0; i < 4; i++) {
			int digit = Character.digit(text.charAt(at++), 16);
			if (digit < 0)
				throw new Bad("bad escape at " + at);
			code = code * 16 + digit;
		}
		return (char)code;
	}

	private Object number() throws Bad {
		int from = at;

		while (at < text.length()
		    && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0)
			at++;
		String s = text.substring(from, at);
		if (s.length() > 40 || !s.matches(
		    "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"))
			throw new Bad("bad number at " + from);
		try {
			return Long.valueOf(s);
		} catch (NumberFormatException e) {
			return new BigDecimal(s);
		}
	}

	static String emit(Object value) {
		StringBuilder out = new StringBuilder();

		emit(value, out);
		return out.toString();
	}

	private static void emit(Object value, StringBuilder out) {
		String sep = "";

		if (value == null || value instanceof Number
		    || value instanceof Boolean) {
			out.append(value);
		} else if (value instanceof Map) {
			out.append('{');
			for (Map.Entry<?, ?> e
			    : ((Map<?, ?>)value).entrySet()) {
				out.append(sep);
				quote(e.getKey().toString(), out);
				out.append(':');
				emit(e.getValue(), out);
				sep = ",";
			}
			out.append('}');
		} else if (value instanceof Collection) {
			out.append('[');
			for (Object o : (Collection<?>)value) {
				out.append(sep);
				emit(o, out);
				sep = ",";
			}
			out.append(']');
		} else {
			quote(value.toString(), out);
		}
	}

	private static void quote(String s, StringBuilder out) {
		out.append('"');
		for (int i = 0; i < s.length(); i++) {
			char c = s.charAt(i);

			if (c == '"' || c == '\\')
				out.append('\\').append(c);
			else if (c < 0x20 || c == 0x7f
			    || Character.isSurrogate(c))
				out.append(String.format("\\u%04x", (int)c));
			else
				out.append(c);
		}
		out.append('"');
	}
}
