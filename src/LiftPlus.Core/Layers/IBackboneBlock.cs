using TorchSharp.Modules;

namespace LiftPlus.Layers;

/// <summary>Represents one of an encoder's blocks, for methods that train parameters which the block already has.</summary>
public interface IBackboneBlock
{
    /// <summary>Gets the block's own parameters in order, by their names inside it, without those of adapters.</summary>
    IEnumerable<(string Name, Parameter Parameter)> OwnParameters { get; }

    /// <summary>Marks some of <see cref="OwnParameters"/> as trained; they are float32 from then on.</summary>
    /// <param name="trains">Whether a parameter of this name is to be trained.</param>
    void Unfreeze(Func<string, bool> trains);
}
