using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Messages;

namespace LiftPlus.Runs;

/// <summary>
/// Identifies a dataset by its classes, its counts, and a hash over names and labels in order. The contents of the images are not read.
/// </summary>
internal sealed record DataIdentity(ImmutableArray<string> Classes, ImmutableArray<int> Counts, string Sha256)
{
    private const int ListedClasses = 10;

    /// <summary>Gets whether the numbers are consistent, as <see cref="From"/> creates them.</summary>
    [JsonIgnore]
    public bool IsSound => !Classes.IsDefault && !Counts.IsDefault && Classes.Length == Counts.Length;

    public static DataIdentity From(ImageDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int shared = SharedFolder(data);
        foreach (LabeledImage image in data.Images)
            hash.AppendData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{image.Label} {image.Name.AsSpan(shared)}\n"))
            );
        return new DataIdentity(data.Classes.Names, data.Classes.Counts, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public IEnumerable<string> Differences(string what, DataIdentity now, string place = RunIdentity.InCheckpoint)
    {
        if (!Classes.SequenceEqual(now.Classes))
        {
            string[] gone = [.. Classes.Except(now.Classes)],
                come = [.. now.Classes.Except(Classes)];
            yield return gone.Length + come.Length == 0
                ? $"{what}: the classes are in another order"
                : $"{what}: classes {List(gone)} {place} only, {List(come)} now only";
        }
        else if (!Counts.SequenceEqual(now.Counts))
        {
            yield return $"{what}: {Counts.Sum()} images {place}, {now.Counts.Sum()} now; classes with other counts: "
                + List(
                    Classes
                        .Select((name, label) => (name, label))
                        .Where(entry => Counts[entry.label] != now.Counts[entry.label])
                        .Select(entry => $"{entry.name} ({Counts[entry.label]}, now {now.Counts[entry.label]})")
                );
        }
        else if (Sha256 != now.Sha256)
        {
            yield return $"{what}: as many images of each class, but other files or another order";
        }
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 0 ? "none" : MessageText.FirstAndRest(all, ListedClasses);
    }

    // The length of the folder that all images lie in: a dataset that has moved as a whole is the same.
    private static int SharedFolder(ImageDataset data)
    {
        ReadOnlySpan<char> first = data[0].Name;
        int shared = first.LastIndexOfAny('/', '\\') + 1;
        foreach (LabeledImage image in data.Images)
        {
            int common = first[..shared].CommonPrefixLength(image.Name);
            if (common < shared)
                shared = first[..common].LastIndexOfAny('/', '\\') + 1;
        }

        return shared;
    }
}
