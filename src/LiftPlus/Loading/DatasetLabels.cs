using static TorchSharp.torch;

namespace LiftPlus.Data;

/// <summary>Makes tensors of the labels of images.</summary>
internal static class DatasetLabels
{
    /// <summary>Returns the labels (B), int64, of the images at some positions.</summary>
    public static Tensor LabelsOf(this ImageDataset dataset, IReadOnlyList<int> places) =>
        tensor([.. places.Select(place => (long)dataset[place].Label)]);
}
