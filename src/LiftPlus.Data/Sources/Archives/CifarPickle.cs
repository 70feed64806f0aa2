using LiftPlus.Files;
using LiftPlus.Pickles;

namespace LiftPlus.Data;

/// <summary>Reads CIFAR's Python files: pickles of a dictionary with an array of images and lists of labels.</summary>
internal static class CifarPickle
{
    private const int MostImages = 500_000; // 3 KB each in one array

    public static CifarPart Read(CifarArchive archive, string path, bool coarse)
    {
        using var file = new SourceFile(path);
        Dictionary<string, object> root = NumpyPickle.Read(file);
        string key =
            archive.Name == "CIFAR-10" ? "labels"
            : coarse ? "coarse_labels"
            : "fine_labels";
        int[]? labels =
            root.GetValueOrDefault(key) is List<object> list && list.All(label => label is long and >= 0 and < 256)
                ? [.. list.Select(label => (int)(long)label)]
                : null;
        if (
            root.GetValueOrDefault("data") is not PickleArray { Shape: [long count, Cifar.ImageBytes] } data
            || labels is null
            || labels.Length != count
            || count is 0 or > MostImages
        )
        {
            string found = string.Join(", ", root.Select(entry => $"{entry.Key}: {Describe(entry.Value)}"));
            throw new LiftPlusException(
                $"The {archive.Name} file '{path}' holds {found}; "
                    + $"it must hold data, an array (N, {Cifar.ImageBytes}) of bytes, and {key}, a list of N labels. Unpack it again."
            );
        }

        byte[] bytes = new byte[data.Elements.Length];
        for (int i = 0; i < count; i++)
        {
            Span<byte> image = bytes.AsSpan(i * Cifar.ImageBytes, Cifar.ImageBytes);
            if (!data.IsColumnMajor)
                file.Bytes(data.Elements.Offset + (long)i * Cifar.ImageBytes, Cifar.ImageBytes).CopyTo(image);
            else
                Gather(file.Bytes(data.Elements.Offset, bytes.Length), i, (int)count, image);
        }

        return new CifarPart(path, bytes, 0, Cifar.ImageBytes, labels);
    }

    public static IReadOnlyList<string> ReadNames(CifarArchive archive, string folder, bool coarse)
    {
        string path = Path.Combine(folder, archive.Names),
            key = archive.Name == "CIFAR-10" ? "label_names"
            : coarse ? "coarse_label_names"
            : "fine_label_names";
        using var file = new SourceFile(path);
        if (
            NumpyPickle.Read(file).GetValueOrDefault(key) is not List<object> { Count: > 0 } list
            || list.Any(name => NumpyPickle.Text(file, name) is null)
        )
            throw new LiftPlusException($"The {archive.Name} file '{path}' has no list of texts '{key}'. Unpack it again.");
        return [.. list.Select(name => NumpyPickle.Text(file, name)!)];
    }

    private static void Gather(ReadOnlySpan<byte> elements, int first, int step, Span<byte> to)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = elements[first + i * step];
    }

    private static string Describe(object value) =>
        value switch
        {
            PickleArray array => $"an array ({string.Join(", ", array.Shape)})",
            List<object> list => $"a list of {list.Count}",
            _ => "a value",
        };
}
