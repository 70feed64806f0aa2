namespace LiftPlus;

/// <summary>Specifies how a <see cref="PredictionPolicy"/> finds images that show none of the classes.</summary>
public enum UnknownMeasure
{
    /// <summary>One minus the largest probability. Needs no training images, and works in ONNX files.</summary>
    MaximumSoftmax,

    /// <summary>The distance to the nearest training images.</summary>
    NeighborDistance,

    /// <summary>The Mahalanobis distance to the nearest class, less the one to all training images.</summary>
    RelativeMahalanobis,

    /// <summary>The part of the features outside the space of the training images, weighed against the logits (ViM).</summary>
    VirtualLogit,
}
