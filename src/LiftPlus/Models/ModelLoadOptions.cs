using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;
using LiftPlus.Files;
using LiftPlus.Hub;
using LiftPlus.Messages;
using LiftPlus.Models;
using Microsoft.Extensions.Logging;

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

    /// <summary>
    /// Gets the hub that a backbone may be downloaded from. Set it, for example to <see cref="HubOptions.FromEnvironment"/>, to allow
    /// requests to the network.
    /// </summary>
    /// <value>
    /// The default is null: a repository that the model or <see cref="Backbone"/> names is taken from the hub's cache on this machine, and
    /// no request is made.
    /// </value>
    public HubOptions? Hub { get; init; }

    /// <summary>
    /// Gets the SHA-256 that <c>recipe.json</c> of the model folder must have, in hexadecimal. It stands for the whole folder, because
    /// <c>recipe.json</c> has the SHA-256 of every other file: with a hash from a source that you trust, a changed, missing or added file
    /// is an error. <c>sha256sum recipe.json</c> prints it after <see cref="FineTunedModel.Save"/>.
    /// </summary>
    /// <value>The default is null: the files are compared with <c>recipe.json</c>, which is believed.</value>
    [RegularExpression("^[0-9A-Fa-f]{64}$", ErrorMessage = "Give 64 hexadecimal digits, as sha256sum prints them.")]
    public string? TrustedHash { get; init; }

    /// <summary>Gets the logger of what was found and what could not be compared.</summary>
    /// <value>The default is null: nothing is logged. <see cref="BackboneOrigin.Remarks"/> has the same warnings.</value>
    public ILogger? Logger { get; init; }

    /// <summary>
    /// Gets the decoder of images. A model that was trained with another decoder (<see cref="LongTailFineTunerBuilder.UseDecoder"/>)
    /// needs it here again; another one that you set is used, with a warning.
    /// </summary>
    /// <value>The default is null: <see cref="SkiaImageDecoder"/>, if the model was trained with it.</value>
    public IImageDecoder? Decoder { get; init; }

    /// <summary>Gets what receives the progress of a download.</summary>
    /// <value>The default is null.</value>
    public IProgress<HubProgress>? Progress { get; init; }

    /// <summary>Gets whether a backbone may be downloaded without <see cref="Hub"/>: a run was told its backbone by the caller.</summary>
    internal bool MayDownload { get; init; }

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

    /// <summary>Finds a backbone by a path or the id of a repository.</summary>
    /// <exception cref="LiftPlusException">The repository is not in the cache, and may not or cannot be downloaded.</exception>
    internal BackboneSource FindBackbone(string name, ILogger logger, CancellationToken cancellationToken)
    {
        bool isOffline = Hub is null && !MayDownload;
        try
        {
            return BackboneSource.Find(name, Hub, isOffline, logger, Progress, cancellationToken);
        }
        catch (HubException e) when (isOffline)
        {
            throw new LiftPlusException(
                $"The backbone '{MessageText.Shorten(name)}' is not a file or folder in {WorkingFolder.Shown}, and as a "
                    + $"repository of the hub it is not in the cache {HubOptions.FromEnvironment().CacheFolder}. Loading a model makes no "
                    + $"network request by itself. To allow the download, set {nameof(ModelLoadOptions)}.{nameof(Hub)} to "
                    + $"HubOptions.FromEnvironment() (in a host, add HubOptions to the services); or set {nameof(ModelLoadOptions)}."
                    + $"{nameof(Backbone)} to its folder.",
                e
            );
        }
    }
}
