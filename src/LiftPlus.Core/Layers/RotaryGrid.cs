namespace LiftPlus.Layers;

/// <summary>Specifies the coordinates of a grid's places in a rotary position embedding.</summary>
internal enum RotaryGrid
{
    /// <summary>From -1 to 1, times 2π, at the centers of the places, whatever their number (DINOv3).</summary>
    Centered,

    /// <summary>Whole numbers, from 1 if there is a class token and from 0 otherwise (Perception Encoder).</summary>
    Numbered,

    /// <summary>From 0 to 16, at the first corners of the places, whatever their number (EVA-02).</summary>
    Scaled,
}
