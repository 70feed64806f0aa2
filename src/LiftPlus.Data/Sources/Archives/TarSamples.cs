namespace LiftPlus.Data;

/// <summary>
/// Puts the files of a tar file together to samples, as WebDataset does, but with the longest name that an image and a label share:
/// <c>v1.0.jpg</c> belongs to <c>v1.0.cls</c>, <c>1.view.jpg</c> to <c>1.cls</c>. A sample has one image.
/// </summary>
internal sealed class TarSamples
{
    private const string Parts = "further images of a sample",
        Unused = "labels without an image";

    private readonly string _file;
    private readonly PassedOver _passedOver;
    private readonly Dictionary<string, List<TarMember>> _images = [];

    private TarSamples(string file, PassedOver passedOver) => (_file, _passedOver) = (file, passedOver);

    /// <summary>Reads the images of a tar file with their labels, in the order of the file.</summary>
    /// <param name="file">The tar file.</param>
    /// <param name="endings">The endings of images.</param>
    /// <param name="passedOver">Receives what is not read.</param>
    /// <returns>The images; a label is null if the sample has none.</returns>
    /// <exception cref="LiftPlusException">The file cannot be read, or a sample has two labels or two images.</exception>
    public static IReadOnlyList<(TarMember Image, string? Label)> Read(string file, FileEndings endings, PassedOver passedOver)
    {
        IReadOnlyList<TarMember> members = TarMembers.Read(file, endings, passedOver);
        IReadOnlyDictionary<string, (string Label, string Name)> labels = TarLabels.Read(file, members);
        return new TarSamples(file, passedOver).Group(members, endings, labels);
    }

    private List<(TarMember, string?)> Group(
        IReadOnlyList<TarMember> members,
        FileEndings endings,
        IReadOnlyDictionary<string, (string Label, string Name)> labels
    )
    {
        TarMember[] images = [.. members.Where(member => endings.Contains(member.Name))];
        HashSet<string> stems = [.. images.Select(image => image.Stem)];
        string[] keys = Array.ConvertAll(images, image => image.Keys.FirstOrDefault(labels.ContainsKey) ?? image.Keys.Last(stems.Contains));
        foreach ((TarMember image, string key) in images.Zip(keys))
        {
            if (_images.TryGetValue(key, out List<TarMember>? others))
                others.Add(image);
            else
                _images[key] = [image];
        }

        foreach ((string stem, (_, string name)) in labels.Where(entry => !_images.ContainsKey(entry.Key)))
            _passedOver.Add(Unused, $"{_file}/{name}");
        foreach (TarMember other in members.Where(member => !endings.Contains(member.Name) && !TarLabels.IsLabel(member.Name)))
        {
            if (!other.Keys.Any(_images.ContainsKey))
                _passedOver.Add(PassedOver.Endings, $"{_file}/{other.Name}");
        }

        Dictionary<string, TarMember> chosen = _images.ToDictionary(sample => sample.Key, sample => TheImage(sample.Key, sample.Value));
        var read = new List<(TarMember, string?)>();
        foreach ((TarMember image, string key) in images.Zip(keys))
        {
            if (chosen[key] == image)
                read.Add((image, labels.TryGetValue(key, out (string Label, string) label) ? label.Label : null));
            else
                _passedOver.Add(Parts, $"{_file}/{image.Name}");
        }

        return read;
    }

    // Of 1.jpg and 1.seg.png, the first is the image.
    private TarMember TheImage(string key, List<TarMember> images)
    {
        TarMember[] named = [.. images.Where(image => image.Stem == key)];
        if (named.Length == 0)
            named = [.. images];
        return named.Length == 1
            ? named[0]
            : throw new LiftPlusException(
                $"The tar file '{_file}' has {named.Length} images of the sample '{key}': '{named[0].Name}' and '{named[1].Name}'. "
                    + "A sample has one image. Rename or remove the others, or unpack the file and use ImageDataset.FromFolder."
            );
    }
}
