namespace NnUNet.Files.Pickle;

/// <summary>An object of a pickle whose content comes after it was made.</summary>
public interface IPickleBuildable
{
    /// <summary>Takes the content.</summary>
    /// <param name="state">One argument: what Python's <c>__setstate__</c> gets.</param>
    /// <exception cref="InvalidDataException">The content is not what such an object takes.</exception>
    void SetState(PickleCall state);
}
