namespace LiftPlus.Data;

/// <summary>Lists images whose labels are class names, given row by row.</summary>
internal static class LabeledRows
{
    /// <exception cref="LiftPlusException">There are no rows, or labels are blank or not among the class names.</exception>
    public static ImageListing Read(IEnumerable<(ImageSource Image, string Label)> rows, IReadOnlyList<string>? classNames)
    {
        var texts = new LabelTexts("The list of rows", "row");
        List<ImageSource> images = [];
        foreach ((ImageSource image, string label) in rows)
        {
            if (image is null)
                texts.Fault(images.Count, "the function that returns its image returned null");
            else if (string.IsNullOrWhiteSpace(label))
                texts.Fault(images.Count, $"the label of '{image.Name}' is blank");
            else
                texts.Add(images.Count, label);
            images.Add(image!);
        }

        (int[] labels, IReadOnlyList<string> names) = texts.Resolve(classNames, areNames: true);
        return new ImageListing([.. images.Zip(labels, (image, label) => new LabeledImage(image, label))], names)
        {
            Remarks = texts.Remarks,
        };
    }
}
