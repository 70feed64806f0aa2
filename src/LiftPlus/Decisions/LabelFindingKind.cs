namespace LiftPlus;

/// <summary>Specifies what is wrong with an image of a dataset.</summary>
public enum LabelFindingKind
{
    /// <summary>A training image is also a test image, or looks almost like one.</summary>
    TestCopy,

    /// <summary>Images with the same pixels have different labels. Those with the label that fits worse are found.</summary>
    ConflictingLabel,

    /// <summary>The image looks like one of another class.</summary>
    WrongLabel,

    /// <summary>The image has the same pixels as an earlier one.</summary>
    Copy,

    /// <summary>The image looks almost like an earlier one.</summary>
    NearCopy,
}
