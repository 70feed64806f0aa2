namespace LiftPlus.Data;

/// <summary>Collects the images of a list with the labels written beside them.</summary>
/// <param name="source">How messages refer to the list: "The image list 'x'".</param>
/// <param name="unit">The unit of a place in it: "line".</param>
/// <param name="root">The folder that relative paths start from.</param>
/// <param name="options">Whether paths may leave it.</param>
internal sealed class ListedImages(string source, string unit, string root, DatasetReadOptions options)
{
    private readonly LabelTexts _labels = new(source, unit);
    private readonly ListedPath _paths = new(root, options.AllowOutsideRoot);
    private readonly List<string> _images = [];

    /// <summary>Adds an image and its label as they are written.</summary>
    public void Add(long place, string path, string label)
    {
        (string full, string? fault) = _paths.Resolve(path);
        if (fault is not null)
        {
            Fault(place, fault);
            return;
        }

        _images.Add(full);
        _labels.Add(place, label);
    }

    /// <summary>Adds an error at a place; all are reported together.</summary>
    public void Fault(long place, string fault) => _labels.Fault(place, fault);

    /// <summary>Returns the images with their labels.</summary>
    /// <exception cref="LiftPlusException">There are errors, or no images.</exception>
    public ImageListing Resolve(IReadOnlyList<string>? classNames)
    {
        (int[] numbers, IReadOnlyList<string> names) = _labels.Resolve(classNames);
        return new ImageListing([.. _images.Zip(numbers, (path, label) => new LabeledImage(path, label))], names)
        {
            Remarks = _labels.Remarks,
        };
    }
}
