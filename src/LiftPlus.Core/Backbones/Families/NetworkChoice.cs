using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Finds the networks in a weight file and chooses one by its name. A checkpoint may hold the network itself, a moving average of it, or a
/// teacher and a student.
/// </summary>
internal static class NetworkChoice
{
    private const int Listed = 10,
        Most = 100; // of an ordinary file
    private const char Dot = '.';

    // In the order in which they are preferred.
    private enum Role
    {
        Network,
        Teacher,
        Student,
        Average,
    }

    private static readonly string[] s_averages = ["ema", "swa", "avg", "average", "averaged", "shadow", "momentum", "target"];

    /// <summary>Returns the network to read; null if the file holds none of a known form.</summary>
    /// <param name="source">The file.</param>
    /// <param name="forms">The known forms; one comes before those whose marks it has too.</param>
    /// <param name="wanted">The name of the network; null to choose by rule.</param>
    /// <exception cref="LiftPlusException">The file does not hold the wanted network, or the rule does not choose one.</exception>
    public static FoundNetwork? Find(WeightSource source, IEnumerable<PublishedForm> forms, string? wanted)
    {
        List<(PublishedForm Form, string Prefix)> found = [];
        foreach (PublishedForm form in forms)
        {
            foreach (string prefix in Prefixes(source, form.Names.Marks))
            {
                if (!found.Exists(other => other.Prefix == prefix || IsPart(prefix + form.Names.Marks[0], other.Form, other.Prefix)))
                    found.Add((form, prefix));
                if (found.Count > Most)
                    throw new WeightFileException(source.Path, $"it holds more than {Most} networks. This is not an ordinary checkpoint.");
            }
        }

        if (found.Count == 0)
            return null;
        found.Sort((one, other) => string.CompareOrdinal(one.Prefix, other.Prefix));
        (PublishedForm chosen, string start) = wanted is null ? Choose(source.Path, found) : Named(source.Path, found, wanted);
        string[] inside =
        [
            .. found.Select(other => other.Prefix).Where(other => other != start && other.StartsWith(start, StringComparison.Ordinal)),
        ];
        return new FoundNetwork(chosen, start.Length == 0 && inside.Length == 0 ? source : new PrefixedSource(source, start, inside))
        {
            Prefix = start,
            Remark =
                found.Count == 1 || wanted is not null
                    ? null
                    : $"{source.Path} holds {found.Count} networks, under {Names(found)}; that under {Quote(start)} is read. "
                        + $"A network comes before a teacher, a student and a moving average, in this order; {Option} chooses another.",
        };
    }

    private static string Option => $"{nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.Network)}";

    private static IEnumerable<string> Prefixes(WeightSource source, IReadOnlyList<string> marks) =>
        source
            .Tensors.Keys.Where(name => name.EndsWith(marks[0], StringComparison.Ordinal))
            .Select(name => name[..^marks[0].Length])
            .Where(prefix => (prefix.Length == 0 || prefix[^1] == Dot) && marks.All(mark => source.Tensors.ContainsKey(prefix + mark)));

    // Whether a tensor belongs to a network that was found already: other forms recognize parts of it too.
    private static bool IsPart(string tensor, PublishedForm form, string prefix) =>
        tensor.StartsWith(prefix, StringComparison.Ordinal) && form.Names.Knows(tensor[prefix.Length..]);

    private static (PublishedForm, string) Choose(string path, List<(PublishedForm Form, string Prefix)> found)
    {
        (PublishedForm, string)[] best = [.. found.GroupBy(network => RoleOf(network.Prefix)).MinBy(group => group.Key)!];
        return best.Length == 1
            ? best[0]
            : throw new LiftPlusException(
                $"{path} holds {found.Count} networks, under {Names(found)}, and their names do not say which one is meant. "
                    + $"Set {Option} to the name of one, such as \"{found[0].Prefix.TrimEnd(Dot)}\"."
            );
    }

    private static (PublishedForm, string) Named(string path, List<(PublishedForm Form, string Prefix)> found, string wanted)
    {
        (PublishedForm, string)[] exact = [.. found.Where(network => network.Prefix.TrimEnd(Dot) == wanted.TrimEnd(Dot))],
            parts = [.. found.Where(network => network.Prefix.Split(Dot).Contains(wanted))];
        return (exact, parts) switch
        {
            ([var one], _) => one,
            (_, [var one]) => one,
            _ => throw new LiftPlusException(
                $"{path} holds {(parts.Length > 1 ? "several networks" : "no network")} of the name '{MessageText.Shorten(wanted)}', "
                    + $"which {Option} asks for. It holds networks under {Names(found)}."
            ),
        };
    }

    private static Role RoleOf(string prefix)
    {
        string[] words = prefix.ToLowerInvariant().Split(Dot, '_');
        return words.Any(s_averages.Contains) ? Role.Average
            : words.Contains("student") ? Role.Student
            : words.Contains("teacher") ? Role.Teacher
            : Role.Network;
    }

    private static string Names(List<(PublishedForm Form, string Prefix)> found) =>
        MessageText.First(found.Select(network => Quote(network.Prefix)), Listed);

    private static string Quote(string prefix) => prefix.Length == 0 ? "no prefix" : $"'{MessageText.Shorten(prefix)}'";
}
