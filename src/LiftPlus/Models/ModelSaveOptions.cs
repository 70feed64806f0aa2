namespace LiftPlus;

/// <summary>Specifies what <see cref="FineTunedModel.Save"/> writes.</summary>
public sealed record ModelSaveOptions
{
    /// <summary>
    /// Gets whether the backbone is written into the model folder, so that <see cref="FineTunedModel.Load"/> needs nothing else, offline
    /// and on another machine. The files of the backbone are copied: weights, descriptions and vocabulary. A backbone that was made in code
    /// is written as <see cref="Backbone.Save"/> does.
    /// </summary>
    /// <value>
    /// The default value is false: the folder holds the trained tensors, and the backbone's place and hash. A backbone that lies in the
    /// folder that is replaced is written in any case.
    /// </value>
    public bool IncludeBackbone { get; init; }
}
