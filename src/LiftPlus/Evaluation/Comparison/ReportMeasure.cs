namespace LiftPlus;

/// <summary>Specifies a figure of a report by which runs are compared, in percent.</summary>
public enum ReportMeasure
{
    /// <summary>Accuracy over all images.</summary>
    Overall,

    /// <summary>Mean accuracy of the classes.</summary>
    MeanClass,

    /// <summary>Mean accuracy of the classes with more than 100 training images.</summary>
    Many,

    /// <summary>Mean accuracy of the classes with 20 to 100 training images.</summary>
    Medium,

    /// <summary>Mean accuracy of the classes with fewer than 20 training images.</summary>
    Few,

    /// <summary>The percentage of images whose class is among the five highest logits.</summary>
    Top5,

    /// <summary>Accuracy of the worst class.</summary>
    Worst,

    /// <summary>Harmonic mean of the classes' accuracies.</summary>
    HarmonicMean,

    /// <summary>Mean F1 of the classes.</summary>
    MacroF1,

    /// <summary>Expected calibration error; lower is better.</summary>
    CalibrationError,
}
