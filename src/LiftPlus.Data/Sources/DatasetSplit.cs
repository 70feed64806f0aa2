namespace LiftPlus;

/// <summary>Specifies a part of a published dataset.</summary>
public enum DatasetSplit
{
    /// <summary>Images to train on: the long tail.</summary>
    Train,

    /// <summary>Images to choose settings by.</summary>
    Validation,

    /// <summary>Images to report on.</summary>
    Test,
}
