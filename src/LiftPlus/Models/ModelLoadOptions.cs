using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;
using LiftPlus.Models;

namespace LiftPlus;

/// <summary>Specifies how a model that was trained before is put together: its backbone, device, methods and decoder.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>Gets the backbone's folder, weight file or hub id.</summary>
    /// <value>
    /// The default is null: the place that the recipe names. A repository of the hub is then fetched at the commit that was trained on.
    /// </value>
    public string? Backbone { get; init; }

    /// <summary>
    /// Gets a function that creates the backbone, for models that were trained on a backbone made in code. The model owns the result.
    /// </summary>
    /// <value>The default is null: the backbone is read from files. Set this or <see cref="Backbone"/>, not both.</value>
    public Func<Backbone>? CreateBackbone { get; init; }

    /// <summary>Gets the device: "cpu", "cuda", "cuda:0", or "auto" for the first GPU, if there is one.</summary>
    /// <value>The default value is "auto".</value>
    [Required]
    [RegularExpression(DeviceName.Allowed, ErrorMessage = DeviceName.Choices)]
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Gets what the <c>Type</c> names in the recipe stand for; add your own methods to <see cref="RecipeJson.BuiltIn"/>.
    /// </summary>
    /// <value>The default is null: the built-in components.</value>
    public ComponentRegistry? Components { get; init; }

    /// <summary>Gets how a backbone is fetched from the hub.</summary>
    /// <value>The default is null: the settings from environment variables.</value>
    public HubOptions? Hub { get; init; }

    /// <summary>
    /// Gets the decoder of images. A model folder does not say which decoder a model was trained with: give the same one here, as in
    /// <see cref="LongTailFineTunerBuilder.UseDecoder"/>.
    /// </summary>
    /// <value>The default is null: <see cref="SkiaImageDecoder"/>.</value>
    public IImageDecoder? Decoder { get; init; }

    /// <summary>Gets what receives the progress of a download.</summary>
    /// <value>The default is null.</value>
    public IProgress<HubProgress>? Progress { get; init; }

    /// <summary>Returns whether these options name a backbone.</summary>
    /// <exception cref="LiftPlusException">They name two.</exception>
    internal bool HasBackbone =>
        (Backbone, CreateBackbone) switch
        {
            (not null, not null) => throw new LiftPlusException(
                $"{nameof(ModelLoadOptions)}.{nameof(Backbone)} and {nameof(ModelLoadOptions)}.{nameof(CreateBackbone)} are both set; "
                    + "set one of them."
            ),
            (null, null) => false,
            _ => true,
        };
}
