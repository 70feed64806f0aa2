using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>
/// Represents what is wrong with the labels and images of a dataset: wrong labels, copies, and copies in the test set. Look at the findings
/// before you remove them.
/// </summary>
public sealed class LabelAudit
{
    internal LabelAudit(ImageDataset dataset, ImageDataset? test, IEnumerable<LabelFinding> findings) =>
        (Dataset, Test, Findings) = (dataset, test, [.. findings]);

    /// <summary>Gets the dataset.</summary>
    public ImageDataset Dataset { get; }

    /// <summary>Gets the test images that the dataset was compared with; null for none.</summary>
    public ImageDataset? Test { get; }

    /// <summary>
    /// Gets the findings in the order of <see cref="LabelFindingKind"/>, within a kind the surest first. An image may have several.
    /// </summary>
    public ImmutableArray<LabelFinding> Findings { get; }

    /// <summary>Returns the dataset without the images that were found; the same instance if there are none.</summary>
    /// <param name="which">The findings whose images are left out; null for all.</param>
    /// <exception cref="LiftPlusException">No image would be left.</exception>
    public ImageDataset Without(Func<LabelFinding, bool>? which = null)
    {
        HashSet<int> left = [.. Findings.Where(finding => which is null || which(finding)).Select(finding => finding.Index)];
        if (left.Count == Dataset.Count)
            throw new LiftPlusException($"All {Dataset.Count} images were found, so that none would be left. Choose fewer findings.");
        return left.Count == 0 ? Dataset : Dataset.Subset(Enumerable.Range(0, Dataset.Count).Where(index => !left.Contains(index)));
    }
}
