using System.Text;
using System.Text.Json;

namespace LiftPlus.Fuzz;

/// <summary>Changes values and names in JSON, so that most of it stays JSON.</summary>
internal static class JsonMutator
{
    private static readonly string[] s_values =
    [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "0.5",
        "-0.0",
        "1e999",
        "-1e999",
        "1e308",
        "1e-400",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "123456789012345678901234567890",
        "\"\"",
        "\" \"",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "\"\\u0000\"",
        "\"NaN\"",
        "\"../../x\"",
        "\"a\\tb\\nc\"",
        $"\"{new string('x', 5000)}\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"a\":null}",
        "[1,2,3,4,5,6,7,8,9]",
        new string('[', 100) + new string(']', 100),
        string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100),
        $"[{string.Join(',', Enumerable.Repeat("0", 3000))}]",
    ];

    /// <summary>Returns JSON with one to three changes.</summary>
    /// <param name="json">Valid JSON.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Mutate(byte[] json, Random random)
    {
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            if (Spans(json) is not { Count: > 0 } spans)
                return json;
            json = Change(json, spans, random);
        }

        return json;
    }

    private static byte[] Change(byte[] json, List<(int Start, int End, bool IsName)> spans, Random random)
    {
        (int start, int end, bool isName) = spans[random.Next(spans.Count)];
        (int Start, int End, bool IsName) other = spans[random.Next(spans.Count)];
        byte[] text = Encoding.UTF8.GetBytes(s_values[random.Next(s_values.Length)]);
        return random.Next(6) switch
        {
            0 when isName => [.. json[..start], .. json[other.Start..other.End], .. json[end..]], // another name or a value
            1 when isName => [.. json[..start], .. json[start..end], .. ":null,"u8, .. json[start..]], // a name twice
            2 => [.. json[..start], .. json[other.Start..other.End], .. json[end..]],
            3 => [.. json[..start], .. json[end..]],
            _ => [.. json[..start], .. text, .. json[end..]],
        };
    }

    // The places of all names and values, containers included; those before the first error.
    private static List<(int Start, int End, bool IsName)> Spans(byte[] json)
    {
        List<(int, int, bool)> spans = [];
        Stack<int> open = [];
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 1000, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            while (reader.Read())
            {
                int start = (int)reader.TokenStartIndex,
                    end = (int)reader.BytesConsumed;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    open.Push(start);
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                    spans.Add((open.Pop(), end, false));
                else if (reader.TokenType == JsonTokenType.PropertyName)
                    spans.Add((start, start + reader.ValueSpan.Length + 2, true));
                else
                    spans.Add((start, end, false));
            }
        }
        catch (JsonException) { }

        return spans;
    }
}
