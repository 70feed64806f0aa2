using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Cuts the image into P x P patches and projects each: (B, 3, R, R) to (B, (R/P)², D).</summary>
internal sealed partial class PatchEmbed : nn.Module<Tensor, Tensor>
{
    internal readonly PatchProjection proj;

    internal PatchEmbed(long channels, long width, long patch, bool hasBias)
        : base(nameof(PatchEmbed))
    {
        proj = new PatchProjection(channels, width, patch, hasBias);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor images) => proj.forward(images).flatten(2).transpose(1, 2); // (B, N, D)

    /// <summary>Represents a convolution whose stride is its kernel. Its values are unset until they are loaded.</summary>
    internal sealed class PatchProjection : nn.Module<Tensor, Tensor>
    {
        internal readonly Parameter weight;
        internal readonly Parameter? bias;
        private readonly long _patch;

        public PatchProjection(long channels, long width, long patch, bool hasBias)
            : base(nameof(PatchProjection))
        {
            _patch = patch;
            weight = new Parameter(empty(width, channels, patch, patch), requires_grad: false);
            bias = hasBias ? new Parameter(empty(width), requires_grad: false) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor images) => nn.functional.conv2d(images.to(weight.dtype), weight, bias, [_patch, _patch]);
    }
}
