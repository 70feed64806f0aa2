using System.Security.Cryptography;
using LiftPlus.Layers;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Backbones.Loading;

/// <summary>Loads weights into a backbone for images of another size than they were made for.</summary>
internal static class ImageResize
{
    private const long AnyPositions = 1 << 24; // values of a position embedding, however small the backbone is

    /// <summary>Returns the same architecture for another image size, or the same instance if the size is the same or null.</summary>
    /// <exception cref="LiftPlusException">
    /// The architecture cannot take the size, or its position embedding would have more values than all its weights.
    /// </exception>
    public static BackboneConfig To(BackboneConfig config, int? size)
    {
        if (size is not int side || side == config.Image.ImageSize)
            return config;
        int step = config.Image.SizeStep;
        if (side < step || side % step != 0)
        {
            throw new LiftPlusException(
                $"{config.Name} cannot take images of {side} pixels: give a multiple of {step}, "
                    + $"such as {(side < step ? "" : $"{side / step * step} or ")}{(side / step + 1) * step}."
            );
        }

        if (config.Image is VisionTransformerConfig { HasRelativePositions: true })
            throw new LiftPlusException(
                $"{config.Name} cannot take images of {side} pixels: its tables of relative positions are for {config.Image.ImageSize}. "
                    + $"Leave out {nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.ImageSize)}."
            );
        BackboneConfig resized = config with
        {
            Image = config.Image with { ImageSize = side },
            Preprocess = config.Preprocess with { ImageSize = side },
        };
        if (ExpectedTensors.Count(resized) > 2 * ExpectedTensors.Count(config) + AnyPositions)
            throw new LiftPlusException(
                $"{config.Name} cannot take images of {side} pixels: its position embedding would have more values than all its weights. "
                    + $"Its own images have {config.Image.ImageSize} pixels."
            );
        return resized;
    }

    /// <summary>
    /// Fills the backbone from weights of the architecture <paramref name="stored"/>, of which only the image's size may differ. Returns
    /// the SHA-256 of a position embedding that was resampled; otherwise null.
    /// </summary>
    public static string? Load(Backbone backbone, BackboneConfig stored, WeightSource source, KeyMap map, PositionEmbedding resampling)
    {
        Dictionary<string, Tensor> targets = backbone.state_dict();
        if (backbone.Config.Image.Positions is not PositionGrid positions || stored.Image.Positions == positions)
        {
            WeightLoader.Load(targets, source, map);
            return null;
        }

        Tensor target = targets[positions.Key];
        using Tensor rows = empty(ExpectedTensors.From(stored)[positions.Key].Shape);
        targets[positions.Key] = rows;
        WeightLoader.Load(targets, source, map);
        using IDisposable noGrad = no_grad();
        using Tensor resampled = resampling.Resample(rows, positions.GlobalTokens, positions.Rows, positions.Columns);
        target.copy_(resampled);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        TensorBytes.Read(rows, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
